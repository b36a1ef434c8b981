"""Messages passed on to departments: told, acknowledged by a link, answered, closed; visitors, mail, line failures."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from central.alerts import office
from central.audit import Actor
from central.config_notices import Mail
from central.db.engine import writing
from central.db.tables import Alert, AuditRow, Contact, Department, Node, OutboxRow, Relay, RelayTo, StoredEvent, Stream
from central.errors import Invalid, Refused, Unknown
from central.notices.mail import MailServer
from central.notices.outbox import kept
from central.notices.sender import Sender
from central.relay import link_page, relaying, retention
from central.relay.relaying import ACK_WITHIN_MS, Message
from central.relay.visitors import LATE_MS, Visitors
from contract import events as e
from tests.mail_peer import MailPeer
from tests.notices_world import MINUTE, NOON, NoticesWorld

URL = "https://halls.example.org"
DESK = Actor("reception")


class House(NoticesWorld):
    """The hall `bank` with a directory: the loans department, and Mr Wang."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        with writing(self.database).begin() as connection:
            connection.execute(insert(Department).values(id="loans", name={"zh": "信贷部", "en": "Loans"}))
            connection.execute(insert(Node).values(id="n1", hall="bank", enrolled_at=NOON, active=True))
            connection.execute(insert(Stream).values(node="n1", epoch="e1", acked=0, hash=bytes(32), created_at=NOON))
        self.loans = self.contact("信贷窗口", "loans@example.org", department="loans", outages=True)
        self.wang = self.contact("Wang Fang", "wang@example.org", language="en")
        self._seq = 0

    def contact(self, name: str, address: str, **other: Any) -> int:
        values: dict[str, Any] = {"hall": "bank", "name": name, "channel": "email", **kept(self.vault, address, "x")}
        with writing(self.database).begin() as connection:
            made = connection.execute(insert(Contact).values(**(values | other)).returning(Contact.id))
            return int(made.scalar_one())

    def send(self, *to: int, at: int = NOON, **other: Any) -> int:
        message = Message(hall="bank", text="请回电王先生", to=to, **other)
        with writing(self.database).begin() as connection:
            return relaying.send(connection, DESK, message, at=at, public_url=URL)

    def visitor(self, host: str, at: int = NOON, synced: bool = True) -> None:
        """What a hall sends when somebody is registered there."""
        self._seq += 1
        fact = e.VisitorRegistered(
            number=f"V{self._seq:03}", n=self._seq, name_masked="赵*", host=host, purpose="洽谈", by="li"
        )
        raw = msgspec.json.encode(
            e.Envelope(seq=self._seq, boot="b", mono_ms=1, at=at, synced=synced, type="VisitorRegistered", v=1,
                       data=msgspec.Raw(msgspec.json.encode(fact)))
        )  # fmt: skip
        row = {"stream": 1, "seq": self._seq, "at": at, "type": "VisitorRegistered", "hash": bytes(32), "raw": raw}
        with writing(self.database).begin() as connection:
            connection.execute(insert(StoredEvent).values(id=self._seq, **row))

    def told(self) -> list[tuple[str, str]]:
        """Subject and body of every message written."""
        return [(row.variables["subject"], row.variables["body"]) for row in self.rows(OutboxRow)]

    def answers(self) -> list[Any]:
        with self.database.connect() as connection:
            return list(connection.execute(RelayTo.__table__.select().order_by(RelayTo.contact)))


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.close()


@pytest.fixture
def department(house: House) -> TestClient:
    """Somebody of a department with his browser."""
    app = FastAPI()
    app.include_router(link_page.router(house.database, wall=lambda: NOON + MINUTE))
    return TestClient(app, base_url=URL)


def link(told: tuple[str, str]) -> str:
    found = re.search(URL + r"(/r/\S+)", told[1])
    assert found is not None
    return found[1]


@pytest.mark.clause("S3-8")
def test_a_customers_message_is_passed_on_acknowledged_answered_and_closed(
    house: House, department: TestClient
) -> None:
    booking = house.book()
    relay = house.send(house.loans, house.wang, code="code-0001")
    assert [subject for subject, _ in house.told()] == ["来自城东大厅的传达", "Message from East hall"]
    assert house.rows(Relay)[0].booking == booking and house.rows(Relay)[0].due_at == NOON + ACK_WITHIN_MS
    page = department.get(link(house.told()[1]))
    assert page.status_code == 200 and "请回电王先生" in page.text and "I have it" in page.text
    assert "noindex" in page.text and page.headers["referrer-policy"] == "no-referrer"
    assert house.answers()[1].acknowledged_at is None, "looking acknowledges nothing"
    sent = department.post(link(house.told()[1]), data={"feedback": "I ring him at three.\n<b>W.</b>"})
    assert "Thank you" in sent.text and "&lt;b&gt;" in sent.text
    loans, wang = house.answers()
    assert loans.acknowledged_at is None
    assert (wang.acknowledged_at, wang.acknowledged_by) == (NOON + MINUTE, "link")
    assert wang.feedback == "I ring him at three.\n<b>W.</b>"
    with writing(house.database).begin() as connection:
        relaying.answer(connection, relay, house.loans, DESK, "", at=NOON + 2 * MINUTE)
        relaying.close(connection, DESK, relay, "王先生已回电，客户知悉", at=NOON + 3 * MINUTE)
    assert house.answers()[0].acknowledged_by == "reception"
    row = house.rows(Relay)[0]
    assert (row.closed_by, row.result) == ("reception", "王先生已回电，客户知悉")
    late = department.post(link(house.told()[1]), data={"feedback": "too late"})
    assert late.status_code == 409 and "This message is closed" in late.text
    assert [one.action for one in house.rows(AuditRow)] == [
        "relay.sent", "relay.answered", "relay.answered", "relay.closed",
    ]  # fmt: skip


@pytest.mark.clause("S3-8")
def test_a_message_nobody_acknowledges_is_a_deadline(house: House) -> None:
    relay = house.send(house.loans, house.wang)

    def due(at: int) -> list[tuple[str, str, int]]:
        with house.database.connect() as connection:
            return [(one.hall, one.about, one.n) for one in office.deadlines(connection, at, 60 * MINUTE)]

    assert due(NOON + ACK_WITHIN_MS - 1) == []
    assert due(NOON + ACK_WITHIN_MS) == [("bank", "relay", 1)]
    with writing(house.database).begin() as connection:
        for contact in (house.loans, house.wang):
            relaying.answer(connection, relay, contact, DESK, "", at=NOON)
    assert due(NOON + ACK_WITHIN_MS) == []


@pytest.mark.clause("S3-11")
def test_the_host_of_a_visitor_is_told_at_once_and_once(house: House) -> None:
    visitors = Visitors(house.database, URL)
    house.visitor("wang  fang")
    house.visitor("信贷部")
    house.visitor("谁也不是")
    assert [visitors.follow(NOON), visitors.follow(NOON)] == [3, 0]
    assert [subject for subject, _ in house.told()] == ["Your visitor is in East hall", "您的访客已到城东大厅"]
    body = house.told()[0][1]
    assert "赵* would like to see wang  fang. Purpose: 洽谈. Badge V001." in body and URL in body
    assert len(house.rows(Relay)) == 3, "the one nobody knows is there for the reception to ring up"
    again = Visitors(house.database, URL)
    assert again.follow(NOON) == 0 and len(house.rows(OutboxRow)) == 2
    house.visitor("Wang Fang", at=NOON - LATE_MS - 1)
    house.visitor("Wang Fang", at=5, synced=False)
    assert again.follow(NOON) == 1, "who came long ago is not announced; a clock that was never set says nothing"


@pytest.mark.clause("S3-27")
def test_the_recipient_of_urgent_mail_is_told_at_once(house: House) -> None:
    peer = MailPeer()
    try:
        house.send(house.wang, kind="mail")
        way = MailServer(Mail(host="127.0.0.1", port=peer.port, security="none", sender="hall@example.org"))
        assert Sender(house.database, house.vault, {"email": way}).run("email", NOON) == 1
        [mail] = peer.mails
        assert mail["To"] == "wang@example.org" and mail["Subject"] == "Urgent: Mail for you in East hall"
        assert house.rows(OutboxRow)[0].state == "sent" and house.rows(Relay)[0].urgent
    finally:
        peer.close()


@pytest.mark.clause("S3-37")
def test_departments_are_told_of_a_line_failure_and_when_the_line_works_again(house: House) -> None:
    relay = house.send(kind="outage", urgent=True)
    assert [subject for subject, _ in house.told()] == ["紧急：城东大厅通讯中断"], "those who always hear of one"
    with writing(house.database).begin() as connection:
        relaying.close(connection, DESK, relay, "运营商工单 4711 已修复", at=NOON + MINUTE)
    assert house.told()[1] == ("已解除：城东大厅通讯中断", "已解除：城东大厅通讯中断\n运营商工单 4711 已修复")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (Message(hall="bank", text=" ", to=(1,)), "text"),
        (Message(hall="bank", text="x" * 1001, to=(1,)), "text"),
        (Message(hall="bank", text="x"), "to"),
        (Message(hall="bank", text="x", to=(99,)), "to"),
        (Message(hall="bank", text="x", to=(1,), kind="party"), "kind"),
        (Message(hall="bank", text="x", to=(1,), code="NONE"), "code"),
    ],
)
def test_a_message_that_cannot_be_passed_on_is_refused(house: House, message: Message, field: str) -> None:
    with writing(house.database).begin() as connection, pytest.raises(Invalid) as caught:
        relaying.send(connection, DESK, message, at=NOON, public_url=URL)
    assert caught.value.field == field and house.rows(OutboxRow) == []


def test_what_is_closed_or_unknown_is_not_answered(house: House) -> None:
    relay = house.send(house.wang)
    with writing(house.database).begin() as connection:
        with pytest.raises(Unknown):
            relaying.answer(connection, relay, house.loans, DESK, "x", at=NOON)
        with pytest.raises(Invalid):
            relaying.close(connection, DESK, relay, " ", at=NOON)
        relaying.close(connection, DESK, relay, "done", at=NOON)
        with pytest.raises(Refused):
            relaying.close(connection, DESK, relay, "again", at=NOON)
        with pytest.raises(Refused):
            relaying.answer(connection, relay, house.wang, DESK, "x", at=NOON)


def test_what_was_typed_comes_along_to_another_language_and_is_not_sent(house: House, department: TestClient) -> None:
    house.send(house.wang)
    address = link(house.told()[0])
    page = department.get(address).text
    assert '<form method="post" id="typed">' in page
    chosen = re.search(r'<button form="typed" formaction="([^"]*)" formnovalidate name="lang" value="zh"', page)
    assert chosen is not None
    shown = department.post(address + chosen[1], data={"feedback": "Called <twice>", "lang": "zh"})
    assert shown.status_code == 200 and "Called &lt;twice&gt;</textarea>" in shown.text and "已收到" in shown.text
    assert [one.acknowledged_at for one in house.answers()] == [None] and "谢谢" not in shown.text
    sent = department.post(address + chosen[1], data={"feedback": "Called <twice>"})
    assert house.answers()[0].feedback == "Called <twice>" and "Called &lt;twice&gt;</textarea>" in sent.text


@pytest.mark.fault("F50")
def test_a_link_cannot_be_guessed_and_tries_are_limited(
    house: House, department: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.relay.link_page.time", SimpleNamespace(monotonic=lambda: 1000.0))
    house.send(house.wang)
    good = link(house.told()[0])
    assert len(good.removeprefix("/r/")) >= 22, "128 bits"
    answers = [department.get(f"/r/guess{n}").status_code for n in range(90)]
    assert answers[0] == 404 and answers[-1] == 429
    other = TestClient(department.app, base_url=URL, client=("10.9.8.7", 1))
    assert other.get(good).status_code == 200, "who has a link from elsewhere is not hindered"
    assert "没有这条传达" in other.get("/r/nothing?lang=zh").text


def test_what_is_closed_is_cleared_after_half_a_year_and_what_is_open_is_not(house: House) -> None:
    closed, still = house.send(house.wang), house.send(house.wang)
    with writing(house.database).begin() as connection:
        relaying.close(connection, DESK, closed, "done", at=NOON)
        connection.execute(update(OutboxRow).values(state="sent"))
        for about, ended in (("n1", NOON), ("n2", None)):
            alert = {
                "hall": "bank",
                "kind": "offline",
                "about": about,
                "facts": {},
                "began_at": NOON,
                "ended_at": ended,
            }
            connection.execute(insert(Alert).values(**alert))
    half_a_year = NOON + retention.KEPT_DAYS * retention.DAY_MS
    assert retention.clear(house.database, half_a_year) == {"relays": 0, "alerts": 0, "notices": 0}
    assert retention.clear(house.database, half_a_year + 1) == {"relays": 1, "alerts": 1, "notices": 2}
    assert [row.id for row in house.rows(Relay)] == [still] and len(house.rows(Alert)) == 1
    assert house.rows(AuditRow)[-1].action == "retention.cleared"
