"""A roster of another booking system: read whole, masked and keyed, or refused with line and column."""

from pathlib import Path

import pytest

from central.errors import Invalid
from central.roster_key import fingerprint, roster_key
from contract.directives import BookingAdded
from hallkeeper.roster_file import Offer, read

OFFER = Offer("Asia/Shanghai", ("savings", "loans"), ("elderly",))
KEY = roster_key("a secret that is long enough for a whole centre", "bank")
HEAD = "code,date,start,end,service,name,id_type,id_number,phone,priority_class\n"
LINE = "AB12,2026-11-23,09:00,09:30,savings,李小明,resident-id,11010519491231002X,+86 138 1234 1234,elderly\n"


def bookings(folder: Path, text: str) -> list[BookingAdded]:
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read(path, OFFER, KEY)


def test_a_booking_is_keyed_and_masked(tmp_path: Path) -> None:
    (one,) = bookings(tmp_path, HEAD + LINE)
    assert (one.code, one.day, one.service, one.priority_class) == ("AB12", "2026-11-23", "savings", "elderly")
    assert (one.starts_at, one.ends_at - one.starts_at) == (1_795_395_600_000, 1_800_000), "09:00 in Shanghai"
    assert one.name == "李*明"
    assert one.id_hmac == fingerprint(KEY, "resident-id", "11010519491231002X")
    assert one.phone_hmac == fingerprint(KEY, "phone", "13812341234")
    assert "11010519491231002X" not in str(one) and "13812341234" not in str(one)


def test_the_key_is_the_halls_own() -> None:
    secret = "a secret that is long enough for a whole centre"
    assert len({roster_key(secret, "bank"), roster_key(secret, "clinic"), roster_key(secret + "!", "bank")}) == 3


def test_what_is_not_needed_may_be_missing(tmp_path: Path) -> None:
    (one,) = bookings(tmp_path, "code,date,start,end,service\nAB12,2026-11-23,09:00,09:30,loans\n")
    assert (one.name, one.id_hmac, one.phone_hmac, one.priority_class) == ("", None, None, None)


@pytest.mark.parametrize(
    ("change", "line", "column"),
    [
        (("AB12", "a"), 2, "code"),
        (("2026-11-23", "23.11.2026"), 2, "date"),
        (("09:00", "nine"), 2, "start"),
        (("09:30", "08:30"), 2, "end"),
        (("savings", "coffee"), 2, "service"),
        (("11010519491231002X", "110105194912310021"), 2, "id_number"),
        (("+86 138 1234 1234", "12"), 2, "phone"),
        (("elderly", "friends"), 2, "priority_class"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, change: tuple[str, str], line: int, column: str) -> None:
    with pytest.raises(Invalid, match=rf"line {line}, {column}: ") as refused:
        bookings(tmp_path, HEAD + LINE.replace(*change))
    assert refused.value.field == column
    assert "11010519491231002" not in refused.value.detail, "a number is not repeated"


@pytest.mark.parametrize("text", ["code,date\n", HEAD.replace("phone", "telephone") + LINE, "", HEAD + LINE + LINE])
def test_a_file_that_is_not_meant_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        bookings(tmp_path, text)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"gone\.csv"):
        read(tmp_path / "gone.csv", OFFER, KEY)
