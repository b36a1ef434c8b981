"""E-mail through a real mail server, with the appointment as a calendar file."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
import trustme

from central.config_notices import Mail
from central.db.engine import writing
from central.db.tables import ContactTask
from central.errors import ConfigError
from central.notices.mail import MailServer
from central.notices.outbox import announce
from central.notices.sender import Sender
from contract.person import Person
from tests.mail_peer import MailPeer
from tests.notices_world import HOUR, NOON, NoticesWorld

SENDER = "城市大厅 <hall@example.org>"
ADDRESS = "li.ming@example.org"
MAIL_ONLY = Person("李明", email=ADDRESS)


@pytest.fixture
def peer() -> Iterator[MailPeer]:
    peer = MailPeer()
    yield peer
    peer.close()


def sender(world: NoticesWorld, peer: MailPeer, **settings: Any) -> Sender:
    plain: dict[str, Any] = {"host": "127.0.0.1", "port": peer.port, "security": "none", "sender": SENDER}
    way = MailServer(Mail(**(plain | settings)))
    return Sender(world.database, world.vault, {"email": way}, public_url="https://halls.example.org")


def tell(world: NoticesWorld, id_: int, event: str, **extra: Any) -> None:
    with writing(world.database).begin() as connection:
        announce(connection, world.vault, event, world.booking(id_), at=NOON, extra=extra)


@pytest.mark.clause("S0-15")
def test_a_confirmation_comes_by_mail_with_the_appointment_to_be_laid_into_a_calendar(
    world: NoticesWorld, peer: MailPeer
) -> None:
    tell(world, world.book(MAIL_ONLY), "booking.confirmed")
    sender(world, peer, reply_to="help@example.org").run("email", NOON)
    [mail] = peer.mails
    assert mail["To"] == ADDRESS and mail["From"] == SENDER and mail["Reply-To"] == "help@example.org"
    assert mail["Subject"] == "预约成功：8月2日 周日 12:00–12:30" and mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body().get_content()  # type: ignore[union-attr]
    for fact in (
        "CODE0001",
        "养老金",
        "8月2日 周日 12:00–12:30",
        "城东大厅，东风路 1 号",
        "请带身份证原件",
        "/b/CODE0001",
    ):
        assert fact in text
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar" and file.get_filename() == "appointment.ics"
    [event] = icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert event["UID"] == "CODE0001@hallkeeper" and event["SUMMARY"] == "养老金，预约码 CODE-0001"
    assert event.decoded("DTSTART").timestamp() * 1000 == NOON + 24 * HOUR
    assert event["LOCATION"] == "城东大厅，东风路 1 号" and len(event.walk("VALARM")) == 1
    [row] = world.rows()
    assert row.state == "sent" and row.message in mail["Message-ID"] == row.reference


def test_a_cancelled_appointment_is_taken_out_of_the_calendar_again(world: NoticesWorld, peer: MailPeer) -> None:
    tell(world, world.book(MAIL_ONLY, language="en", rev=3), "booking.cancelled")
    sender(world, peer).run("email", NOON)
    [mail] = peer.mails
    assert mail["Subject"] == "Your appointment on Sunday 2 August is cancelled"
    assert mail.get_body()["Content-Language"] == "en"  # type: ignore[index]
    [file] = mail.iter_attachments()
    calendar = icalendar.Calendar.from_ical(file.get_content())
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL" and event["STATUS"] == "CANCELLED" and event["SEQUENCE"] == 3


@pytest.mark.clause("S1-35", "S3-16")
def test_a_result_is_told_with_where_to_collect_it(world: NoticesWorld, peer: MailPeer) -> None:
    tell(world, world.book(MAIL_ONLY), "result.ready", number="R-17", collect="3 号窗口，凭身份证领取")
    sender(world, peer).run("email", NOON)
    text = peer.mails[0].get_body().get_content()  # type: ignore[union-attr]
    assert "R-17" in text and "3 号窗口，凭身份证领取" in text and not list(peer.mails[0].iter_attachments())


@pytest.mark.clause("S0-42")
def test_an_electronic_notice_is_told_with_its_link(world: NoticesWorld, peer: MailPeer) -> None:
    tell(world, world.book(MAIL_ONLY), "enotice.ready", number="R-17", enotice="EN77")
    sender(world, peer).run("email", NOON)
    assert "https://halls.example.org/results/EN77" in peer.mails[0].get_body().get_content()  # type: ignore[union-attr]


def test_over_tls_and_with_a_login(world: NoticesWorld, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    peer = MailPeer(context, ("hall", "pass word"))
    try:
        tell(world, world.book(MAIL_ONLY), "booking.confirmed")
        how = {"security": "starttls", "user": "hall"}
        stranger = sender(world, peer, password="pass word", **how)
        stranger.run("email", NOON)
        [row] = world.rows()
        assert row.state == "waiting" and "certificate" in row.error.lower(), "a server nobody vouches for is not told"
        wrong = sender(world, peer, password="guess", ca_file=str(tmp_path / "ca.pem"), **how)
        wrong.run("email", row.next_at)
        [row] = world.rows()
        assert row.state == "waiting" and "mail.user" in row.error
        sender(world, peer, password="pass word", ca_file=str(tmp_path / "ca.pem"), **how).run("email", row.next_at)
        assert len(peer.mails) == 1 and world.rows()[0].state == "sent"
    finally:
        peer.close()


def test_who_does_not_exist_is_refused_at_once_and_rung_up_where_nothing_else_told_him(
    world: NoticesWorld, peer: MailPeer
) -> None:
    peer.refuse = {ADDRESS: "550 no such user"}
    tell(world, world.book(Person("李明", phone="13812345678", email=ADDRESS)), "booking.confirmed")
    alone = world.book(MAIL_ONLY)
    tell(world, alone, "booking.confirmed")
    sender(world, peer).run("email", NOON)
    assert {row.state for row in world.rows() if row.channel == "email"} == {"failed"}
    assert [task.booking for task in world.rows(ContactTask)] == [alone]


def test_a_full_mailbox_is_tried_again(world: NoticesWorld, peer: MailPeer) -> None:
    peer.refuse = {ADDRESS: "452 mailbox full"}
    tell(world, world.book(MAIL_ONLY), "booking.confirmed")
    sends = sender(world, peer)
    sends.run("email", NOON)
    [row] = world.rows()
    assert row.state == "waiting" and row.error == "452: mailbox full"
    peer.refuse = {}
    sends.run("email", row.next_at)
    assert world.rows()[0].state == "sent" and len(peer.mails) == 1


def test_a_server_that_is_away_is_waited_for(world: NoticesWorld, peer: MailPeer) -> None:
    tell(world, world.book(MAIL_ONLY), "booking.confirmed")
    peer.close()
    sender(world, peer).run("email", NOON)
    [row] = world.rows()
    assert row.state == "waiting" and "refused" in row.error


@pytest.mark.fault("F52")
def test_hostile_facts_make_no_header(world: NoticesWorld, peer: MailPeer) -> None:
    id_ = world.book(MAIL_ONLY, reason="x\r\nBcc: all@example.org\r\n\r\n<script>")
    tell(world, id_, "booking.cancelled")
    sender(world, peer).run("email", NOON)
    [mail] = peer.mails
    assert "Bcc" not in mail and mail.get_content_type() == "multipart/mixed"


def test_a_sender_that_is_no_address_is_refused_when_the_centre_starts() -> None:
    with pytest.raises(ConfigError, match=r"mail\.sender"):
        MailServer(Mail(host="127.0.0.1", sender="the hall"))
