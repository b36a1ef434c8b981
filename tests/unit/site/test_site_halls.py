"""What anybody reads before booking: halls, their queues, hours, rules and figures."""

import re
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, update

from central.audit import SYSTEM
from central.db.engine import writing
from central.db.tables import HallDay, HallHours, HallPage, Matter, RulesRow, TicketRow, Unreconciled
from central.site.halls_listing import Listing
from central.site.indicators import Published
from contract.catalogue import Rules
from tests.booking_world import DAY, HOUR
from tests.public_world import PublicWorld, Visitor, words_of


def change(world: PublicWorld, *statements: Any) -> None:
    with writing(world.engine).begin() as connection:
        for statement in statements:
            connection.execute(statement)
    world.desk.offers.forget()
    world.at += 6000  # what is known of all halls is kept for five seconds


@pytest.mark.clause("S0-5")
@pytest.mark.clause("S0-4")
def test_the_first_page_shows_who_waits_and_what_is_free(public: PublicWorld) -> None:
    home = words_of(Visitor(public).go("/"))
    assert "City Service Hall 12 Renmin Road Open now 13 people are waiting longest wait 15 minutes" in home
    assert "Today 120 places free Tomorrow 144 places free Wed 25 Nov 144 places free Book a visit" in home
    assert "12345" in home and "Look up a booking" in home
    chinese = words_of(Visitor(public, language="zh-CN").go("/"))
    assert "市政务服务大厅 人民路12号 正在办公 13人等候 最长已等15分钟" in chinese and "今天 余120个名额" in chinese


def test_nothing_is_said_of_a_hall_that_is_out_of_reach(public: PublicWorld) -> None:
    public.report(online=False)
    for path in ("/", "/h/central-hall"):
        page = words_of(Visitor(public).go(path))
        assert "No live news at present" in page and "waiting, longest" not in page and "13 people" not in page
        assert "144 places free" in page, "it can be booked all the same"


@pytest.mark.clause("S0-4")
@pytest.mark.clause("S0-5")
def test_the_page_of_a_hall(public: PublicWorld) -> None:
    page = words_of(Visitor(public).go("/h/central-hall"))
    for said in ("Metro line 2, Renmin Road, exit A", "0571-88001234", "Social insurance 7 about 10 to 25 minutes",
                 "Household registration 0 –", "Today 09:00–12:00 13:30–17:00", "Sat 28 Nov closed",
                 "Booked visits end by 16:30; until closing time a number can still be taken",
                 "You can book up to 14 days ahead", "Moving a pension insurance"):  # fmt: skip
        assert said in page, said


def test_hours_and_rules_are_the_halls_own(public: PublicWorld) -> None:
    change(
        public,
        insert(HallHours).values(hall="central-hall", weekday=6, periods=[["10:00", "15:00"]]),
        insert(HallDay).values(
            hall="central-hall", day="2026-11-25", periods=[], reason="Training of all staff", by="x", at=0
        ),
        insert(RulesRow).values(
            node="central-hall", hall="central-hall", rules=msgspec.to_builtins(Rules(grace_s=1200)), at=1
        ),
    )
    page = words_of(Visitor(public).go("/h/central-hall"))
    assert "Sat 28 Nov 10:00–15:00" in page and "Wed 25 Nov closed Training of all staff" in page
    assert "Up to 20 minutes late" in page
    assert "Up to 15 minutes late" in words_of(Visitor(public).go("/h/north-hall"))


@pytest.mark.clause("S0-51")
def test_a_closure_is_published_on_the_site(public: PublicWorld) -> None:
    text = {"zh": "停电检修", "en": "Repair of the power supply"}
    public.desk.close_hall(
        "central-hall", SYSTEM, from_at=public.at, until_at=public.at + 4 * HOUR, cause="power", text=text
    )
    public.at += 6000
    for path in ("/h/central-hall", "/how"):
        page = Visitor(public).go(path)
        [struck] = re.findall("<s>(.*?)</s>", page)
        assert words_of(f"<main>{struck}").endswith("instead of 09:00–12:00 13:30–17:00")
        assert "13:30–17:00 13:30–17:00 Repair of the power supply" in words_of(page)
    for path in ("/", "/h/central-hall"):
        page = words_of(Visitor(public).go(path))
        assert "Closed for a special reason" in page and "Repair of the power supply" in page
        assert "Mon 23 Nov, 09:00 until about Mon 23 Nov, 13:00" in page
    public.at += 5 * HOUR
    public.desk.end_closure(1, SYSTEM)
    public.report()
    assert "Repair" not in Visitor(public).go("/h/central-hall")


def test_while_bookings_are_checked_nothing_is_offered(public: PublicWorld) -> None:
    change(public, insert(Unreconciled).values(hall="central-hall", generation="g", since=0, parts=[]))
    page = Visitor(public).go("/h/central-hall")
    assert "being checked" in words_of(page) and "places free" not in words_of(page)
    days = Visitor(public).go("/h/central-hall/book?matter=household-book")
    assert "being checked" in words_of(days) and "day=" not in days


def test_a_hall_without_matters_says_so(public: PublicWorld) -> None:
    change(public, update(Matter).values(active=False))
    page = words_of(Visitor(public).go("/"))
    assert "takes no bookings" in page and "Book a visit :" not in page and "13 people are waiting" in page


def test_one_hall_of_many_is_found(public: PublicWorld) -> None:
    visitor = Visitor(public)
    assert "North Branch" not in words_of(visitor.go("/?q=renmin")) and "City Service Hall" in visitor.page.text
    assert "North Branch" in words_of(visitor.go("/?q=北环"))
    page = visitor.go("/?q=%3Cscript%3Ealert(1)")
    assert "No hall has this" in words_of(page) and "<script>alert" not in page


@pytest.mark.clause("S0-5")
def test_how_booking_works(public: PublicWorld) -> None:
    page = words_of(Visitor(public).go("/how"))
    for said in ("Where you can book", "This site Round the clock", "By telephone 12345 · working days 9:00–17:00",
                 "In the hall", "Step by step", "Opening hours of the halls this week", "Your data",
                 "Responsible: the City Service Office", "90 days after the matter is closed"):  # fmt: skip
        assert said in page, said
    assert "WeChat" not in page, "there is no account"


def ticket(n: int, day: str, wait_s: int) -> dict[str, Any]:
    at = 1_793_000_000_000 + n
    return {
        "node": "central-hall", "ticket": f"{day}-{n}", "hall": "central-hall", "day": day, "number": f"A{n}",
        "source": "kiosk", "service": "social", "lane": "ordinary", "status": "done", "issued_at": at,
        "called_at": at + wait_s * 1000,
        "started_at": at + wait_s * 1000, "ended_at": at + wait_s * 1000 + 300_000, "wait_s": wait_s,
        "handling_s": 300, "level": 5 if n % 2 else 2, "marks": {},
    }  # fmt: skip


@pytest.mark.clause("S0-1")
def test_the_figures_of_the_last_month_are_published(public: PublicWorld) -> None:
    visitor = Visitor(public)
    assert "How this hall did" not in visitor.go("/h/central-hall"), "nobody was served yet"
    rows = [ticket(n, "2026-10-20", 60 * n) for n in range(1, 11)] + [ticket(1, "2026-11-02", 7200)]
    change(public, insert(TicketRow).values(rows))
    published = Published(public.engine)
    found = published.last_month("central-hall", public.desk.offer("central-hall").times.day_of(public.at))
    assert found is not None and (found.month, found.served) == ("2026-10", 10)
    public.serve()
    page = words_of(Visitor(public).go("/h/central-hall"))
    assert "How this hall did in October 2026 Customers served 10" in page
    assert "half of all at most 6 minutes, nine of ten at most 10" in page
    assert "Satisfied, of those who rated 50.0%" in page and "At the window, half of all at most 5 minutes" in page
    assert "October" not in Visitor(public).go("/h/north-hall")


def test_what_is_free_is_counted_with_the_lead_of_each_hall(public: PublicWorld) -> None:
    [line, _] = Listing(public.engine).lines(public.at)
    today, tomorrow = dict(line.free)["2026-11-23"], dict(line.free)["2026-11-24"]
    assert (today, tomorrow) == (120, 144)
    [later, _] = Listing(public.engine).lines(public.at + 5 * HOUR)
    assert dict(later.free)["2026-11-23"] == 36, "14:00 and an hour's lead: the slots of 15:00, 15:30 and 16:00"
    [evening, _] = Listing(public.engine).lines(public.at + DAY // 2)
    assert evening.free[0][0] == "2026-11-24"


def test_a_page_that_was_shown_before_is_not_kept(public: PublicWorld) -> None:
    answer = public.phone().get("/b")
    assert answer.headers["cache-control"] == "no-store" and "frame-ancestors 'none'" in str(answer.headers)


def test_a_hidden_halls_page_is_hidden(public: PublicWorld) -> None:
    change(public, update(HallPage).where(HallPage.hall == "central-hall").values(published=False))
    Visitor(public).go("/h/central-hall/guide/household-book", 404)
