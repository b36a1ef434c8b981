"""`python -m tests.browser.booking_pictures`: the pictures of the console's booking pages in docs/pictures, anew.

From a made-up centre whose clock stands still on a Monday morning, so that they are the same every time but for codes.
"""

import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import update

from central.audit import Actor
from central.booking import seeding
from central.booking.desk import Who
from central.booking.sentences import BookingRefused
from central.db.engine import writing
from central.db.tables import Matter
from tests.booking_world import DAY, HOUR, id_number
from tests.desk_office import DeskOffice, Seat

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDE = {"width": 1440, "height": 900}
NAMES = (
    "王芳", "李强", "陈静", "刘洋", "赵敏", "孙磊", "周婷", "吴刚", "郑丽华", "冯建国", "褚小兰", "卫东明", "蒋文娟",
    "沈志远", "韩雪", "杨立新", "朱桂英", "秦海", "许晓燕", "何平",
)  # fmt: skip
MATTERS = ("join",) * 8 + ("transfer",)
WRITTEN = (
    "单位停缴后转为灵活就业参保，想确认断缴的两个月能否补缴。",
    "父亲年满六十，代为申领养老待遇，本人户口不在本市。",
    "失业金已领三个月，重新就业后申请停发并转移关系。",
)
POWER = {
    "zh": "因停电，大厅周三暂停办公，预计周四上午九点恢复。",
    "en": "Because of a power cut the hall is closed on Wednesday. It is expected to open again on Thursday at nine.",
}
GUIDE = {
    "guide": {
        "zh": "首次参保或单位变更后续保，当场办结。",
        "en": "For who joins for the first time, or goes on after a change of employer. Done at once.",
    },
    "notes": {
        "zh": "请本人到场；代办须另带委托书。",
        "en": "Come yourself; who comes for you brings an authority too.",
    },
    "steps": [
        {"zh": "窗口核验身份", "en": "The window verifies who you are"},
        {"zh": "填写登记表并确认", "en": "The form is filled in and confirmed"},
        {"zh": "领取参保凭证", "en": "You receive the certificate"},
    ],
    "legal_basis": {"zh": "《社会保险法》", "en": "Social Insurance Law"},
}
BOOKED = 90
BOSS = Actor("孙磊")


def lively(office: DeskOffice) -> None:
    """A week that is half booked, descriptions to review, a change asked for, people to call, a closure."""
    rng = random.Random("pictures")
    seeding.seed(office.engine, 2026, office.at)
    with writing(office.engine).begin() as connection:
        connection.execute(update(Matter).values(GUIDE))
    office.desk.offers.forget()
    for n in range(BOOKED):
        _booked(office, rng, n)
    for n, (text, slot) in enumerate(zip(WRITTEN, _at(office, "social", "2026-11-24", "2026-11-26"), strict=False)):
        office.booked(500 + n, name=NAMES[n], matter="claim", detail=text, slot=slot)
    office.at += HOUR // 2
    thursday = _at(office, "social", "2026-11-26")[4:]
    office.booked(600, name="许晓燕", slot=thursday[0])
    office.booked(600, name="许晓燕", matter="transfer", slot=_at(office, "estate", "2026-11-27")[2])
    changed = office.booked(601, name="秦海", slot=thursday[1])
    to = _at(office, "estate", "2026-11-30")[3]
    office.desk.ask_change(Who(changed.code), "transfer", to, reason="房屋已过户，改办转移登记")
    office.desk.close_hall(
        "hall", BOSS, from_at=office.at + 2 * DAY - HOUR, until_at=office.at + 3 * DAY - HOUR // 2, cause="power",
        text=POWER, known_at=office.at - HOUR // 3,
    )  # fmt: skip


def _at(office: DeskOffice, service: str, *days: str) -> list[str]:
    """Slots of those days, in turn one of each."""
    free = [
        [slot.id for slot in office.slots(service) if slot.day == day and slot.taken < slot.capacity] for day in days
    ]
    return [id_ for group in zip(*free, strict=False) for id_ in group]


def _booked(office: DeskOffice, rng: random.Random, n: int) -> None:
    matter = rng.choice(MATTERS)
    slots = office.slots("estate" if matter == "transfer" else "social")
    flags = ("elderly",) if rng.random() < 0.08 else ("interpreter",) if rng.random() < 0.04 else ()
    slot = slots[min(int(rng.expovariate(1 / 25)), len(slots) - 1)].id
    with suppress(BookingRefused):  # that time is full by now
        office.booked(n + 1, name=rng.choice(NAMES), matter=matter, slot=slot, flags=flags)


def _new(page: Page) -> None:
    """A call is being taken."""
    page.fill("#f-name", "何平")
    page.fill("#f-phone", "139 0000 0042")
    page.fill("#f-id_number", id_number(842))
    page.locator("input[name=slot]:not([disabled])").nth(3).check()


def _found(page: Page) -> None:
    """A caller was looked for."""
    page.fill("#asked", "13800000600")
    with page.expect_navigation():
        page.press("#asked", "Enter")


SIGHTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "booking-desk": ("/desk", _found),
    "booking-new": ("/desk/new?hall=hall&matter=join", _new),
    "booking-review": ("/review", lambda page: None),
    "booking-calls": ("/calls", lambda page: None),
    "booking-slots": ("/slots?hall=hall&service=social", lambda page: None),
    "booking-closure": ("/closures/1", lambda page: None),
}
"""Name of the picture to the page, and what is done there first."""


def take(browser: Browser) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        office = DeskOffice(f"sqlite:///{folder}/centre.db")
        try:
            lively(office)
            for language in ("zh", "en"):
                _take(browser, office, language)
        finally:
            office.close()


def _take(browser: Browser, office: DeskOffice, language: str) -> None:
    seat = Seat(browser, office, "supervisor", size=WIDE, language=language)
    for name, (path, act) in SIGHTS.items():
        page = seat.go(path)
        act(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / f"{name}-{language}.png")
    seat.context.close()


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        take(browser)
        browser.close()


if __name__ == "__main__":
    main()
