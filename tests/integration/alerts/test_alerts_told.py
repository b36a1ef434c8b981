"""From a hall that goes silent to the message of the person named for it, and to its end."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import insert, select, update

from central.alerts.telling import OVER
from central.alerts.watch import Watch
from central.config_notices import Alerts, Mail
from central.db.engine import writing
from central.db.tables import Alert, CalendarYear, ContactTask, Node, OutboxRow, Quarantine, VerdictRow, Watcher
from central.live import LinkChanged, Live, StateArrived, read
from central.notices.mail import MailServer
from central.notices.outbox import kept
from central.notices.sender import Sender
from contract.messages import DeviceReport, StateReport
from tests.mail_peer import MailPeer
from tests.notices_world import NoticesWorld

MINUTE = 60_000
TEN = round(datetime(2026, 8, 3, 10, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
"""A Monday, in opening hours."""
NIGHT = TEN + 13 * 60 * MINUTE
STATE = StateReport(
    node="n1", hall="bank", boot="b", conn=1, epoch="e", seq=1, at=TEN, synced=True, catalogue_version=1, open=True,
    services=[], counters=[], devices=[],
)  # fmt: skip


class Halls(NoticesWorld):
    """One node `n1` in the hall `bank`, watched; the clock is handed in."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        with writing(self.database).begin() as connection:
            connection.execute(insert(Node).values(id="n1", hall="bank", enrolled_at=TEN, active=True))
            connection.execute(insert(CalendarYear).values(year=2026, source="test", at=TEN))
        self.live = Live()
        self.live.load(read(self.database))
        self.broker_fault = ""
        self.watch = Watch(self.database, self.live, Alerts(), lambda: self.broker_fault)

    def name(self, address: str = "head@example.org", **other: Any) -> int:
        """Names a person; the id."""
        values: dict[str, Any] = {"hall": "bank", "name": "主任", "channel": "email", "kinds": []}
        values |= kept(self.vault, address, "h***@example.org")
        with writing(self.database).begin() as connection:
            made = connection.execute(insert(Watcher).values(**(values | other)).returning(Watcher.id))
            return int(made.scalar_one())

    def report(self, at: int, **state: Any) -> None:
        self.live.change(
            [
                LinkChanged("n1", True, at),
                StateArrived("n1", msgspec.structs.replace(STATE, at=at, **state), at),
            ]
        )

    def lose(self, at: int) -> None:
        self.live.change([LinkChanged("n1", False, at)])

    def alerts(self) -> list[tuple[str, str, bool]]:
        """Kind, about, and whether it is over."""
        return [(row.kind, row.about, row.ended_at is not None) for row in self.rows(Alert)]

    def told(self) -> list[tuple[str, str]]:
        return [(row.event, row.variables["subject"]) for row in self.rows(OutboxRow)]


@pytest.fixture
def halls(database_url: str) -> Iterator[Halls]:
    halls = Halls(database_url)
    halls.report(TEN)
    halls.watch.look(TEN)
    yield halls
    halls.close()


def test_a_hall_that_goes_offline_is_told_once_and_again_when_it_is_back(halls: Halls) -> None:
    halls.name()
    halls.name("other@example.org", hall="elsewhere")
    halls.name("boss@example.org", hall="", language="en")
    halls.name("quit@example.org", active=False)
    halls.lose(TEN + MINUTE)
    for minutes in (1, 2, 2.9, 3, 4, 5):
        halls.watch.look(TEN + int(minutes * MINUTE))
    assert halls.alerts() == [("offline", "n1", False)]
    assert halls.told() == [
        ("alert.begun", "城东大厅：自 8月3日 周一 10:01 起离线"),
        ("alert.begun", "East hall: offline since Monday 3 August 10:01"),
    ]
    Sender(halls.database, halls.vault, {}).run("email", TEN + 5 * MINUTE)
    with writing(halls.database).begin() as connection:
        connection.execute(update(OutboxRow).values(state="sent"))
    halls.report(TEN + 6 * MINUTE)
    halls.watch.look(TEN + 6 * MINUTE)
    assert halls.alerts() == [("offline", "n1", False)], "it may come and go"
    halls.report(TEN + 8 * MINUTE)
    halls.watch.look(TEN + 8 * MINUTE)
    assert halls.alerts() == [("offline", "n1", True)]
    assert halls.told()[2:] == [
        ("alert.ended", "已解除：城东大厅：自 8月3日 周一 10:01 起离线"),
        ("alert.ended", "Over: East hall: offline since Monday 3 August 10:01"),
    ]


def test_a_hall_that_closes_while_it_is_offline_is_not_called_well_again(halls: Halls) -> None:
    halls.name()
    evening = TEN + 7 * 60 * MINUTE - 5 * MINUTE
    halls.report(evening)
    halls.lose(evening)
    for minutes in (2, 3, 30, 60):
        halls.watch.look(evening + minutes * MINUTE)
    assert halls.alerts() == [("offline", "n1", False)]


def test_a_hall_is_not_missed_outside_of_its_hours(halls: Halls) -> None:
    halls.lose(NIGHT)
    halls.watch.look(NIGHT + 60 * MINUTE)
    assert halls.alerts() == []
    halls.watch.look(TEN + 23 * 60 * MINUTE + 2 * MINUTE)
    assert halls.alerts() == [("offline", "n1", False)], "at nine in the morning it is"


def test_a_centre_that_was_away_itself_calls_nobody_silent(halls: Halls) -> None:
    later = TEN + 60 * MINUTE
    fresh = Watch(halls.database, halls.live, Alerts())
    fresh.look(later)
    assert halls.alerts() == []
    fresh.look(later + 2 * MINUTE)
    assert halls.alerts() == [("offline", "n1", False)]


def test_a_broker_that_is_away_is_one_trouble_and_not_one_for_each_hall(halls: Halls) -> None:
    halls.name(hall="")
    halls.report(TEN, devices=[DeviceReport(id="printer", kind="printer", health="failed", since=TEN)])
    halls.watch.look(TEN)
    halls.broker_fault = "connection refused"
    for minutes in (1, 2, 3, 5, 10):
        halls.watch.look(TEN + minutes * MINUTE)
    assert halls.alerts() == [("device", "n1/printer", False), ("link", "broker", False)]
    halls.broker_fault = ""
    halls.report(TEN + 11 * MINUTE)
    for minutes in (11, 13, 14):
        halls.report(TEN + minutes * MINUTE)
        halls.watch.look(TEN + minutes * MINUTE)
    assert halls.alerts() == [("device", "n1/printer", True), ("link", "broker", True)]


def test_a_device_in_the_quiet_hours_is_told_in_the_morning_and_not_at_all_when_it_is_over(halls: Halls) -> None:
    quiet = {"quiet_from": "22:00", "quiet_to": "07:00"}
    halls.name(**quiet)
    halls.name(kinds=["wait"], **quiet)
    broken = DeviceReport(id="printer", kind="printer", health="failed", since=NIGHT)
    halls.report(NIGHT, devices=[broken])
    halls.watch.look(NIGHT)
    [row] = halls.rows(OutboxRow)
    assert row.next_at == TEN + 21 * 60 * MINUTE, "07:00"
    halls.report(NIGHT + MINUTE)
    halls.watch.look(NIGHT + MINUTE)
    halls.report(NIGHT + 3 * MINUTE)
    halls.watch.look(NIGHT + 3 * MINUTE)
    [row] = halls.rows(OutboxRow)
    assert (row.state, row.error) == ("dropped", OVER) and halls.alerts() == [("device", "n1/printer", True)]


def test_what_is_urgent_waits_for_no_quiet_hours(halls: Halls) -> None:
    halls.name(quiet_from="00:00", quiet_to="23:59")
    halls.lose(TEN)
    halls.watch.look(TEN + 2 * MINUTE)
    [row] = halls.rows(OutboxRow)
    assert row.next_at == TEN + 2 * MINUTE


def test_calls_that_are_nearly_due_and_bookings_beyond_the_capacity_are_told(halls: Halls) -> None:
    halls.name()
    task = {"kind": "phone_confirm", "hall": "bank", "created_at": TEN}
    ids = [halls.book() for _ in range(3)]
    halls.book(flag="excess")
    with writing(halls.database).begin() as connection:
        for id_, due in zip(ids, (TEN + 30 * MINUTE, TEN - MINUTE, TEN + 5 * 60 * MINUTE), strict=True):
            connection.execute(insert(ContactTask).values(booking=id_, due_at=due, **task))
    halls.watch.look(TEN)
    assert sorted(halls.alerts()) == [("deadline", "phone_confirm", False), ("excess", "excess", False)]
    assert sorted(subject for _, subject in halls.told()) == [
        "城东大厅：1 项待查看：超出容量的预约",
        "城东大厅：2 项待办：需电话确认的预约，最早一项自 8月3日 周一 09:59 起逾期",
    ]


def test_two_centres_begin_an_alert_once(halls: Halls) -> None:
    halls.name()
    halls.lose(TEN)
    other = Watch(halls.database, halls.live, Alerts())
    other.look(TEN)
    for watch in (halls.watch, other, halls.watch):
        watch.look(TEN + 3 * MINUTE)
    assert len(halls.rows(Alert)) == len(halls.rows(OutboxRow)) == 1


def test_the_message_arrives(halls: Halls) -> None:
    halls.name()
    halls.lose(TEN)
    halls.watch.look(TEN + 2 * MINUTE)
    peer = MailPeer()
    try:
        way = MailServer(Mail(host="127.0.0.1", port=peer.port, security="none", sender="hall@example.org"))
        assert Sender(halls.database, halls.vault, {"email": way}).run("email", TEN + 2 * MINUTE) == 1
        [mail] = peer.mails
        assert mail["To"] == "head@example.org" and mail["Subject"] == "城东大厅：自 8月3日 周一 10:00 起离线"
        body = mail.get_content()
        assert "检查其电源和网络" in body and "确认" in body
    finally:
        peer.close()
    with halls.database.connect() as connection:
        assert connection.scalar(select(Alert.told_at)) == TEN + 2 * MINUTE


def test_a_copy_that_stands_aside_is_told_until_the_office_has_decided(halls: Halls) -> None:
    halls.name(language="en", kinds=["copy"])
    aside = {"node": "n1", "lease": "L", "boot": "c", "conn": 1, "hw": "", "reason": "a clone", "since": TEN}
    with writing(halls.database).begin() as connection:
        connection.execute(insert(Quarantine).values(**aside, heard_at=TEN, let_in=False))
    for at in (TEN + MINUTE, TEN + 90 * MINUTE):
        halls.watch.look(at)
    assert [subject for _, subject in halls.told()] == [
        "East hall: a copy of the node n1 has stood aside since Monday 3 August 10:00"
    ]
    assert "on the console" in halls.rows(OutboxRow)[0].variables["body"]
    with writing(halls.database).begin() as connection:
        connection.execute(update(Quarantine).values(ended_at=TEN, ended_by="boss"))
    for at in (TEN + 91 * MINUTE, TEN + 94 * MINUTE):
        halls.watch.look(at)
    assert [over for kind, _, over in halls.alerts() if kind == "copy"] == [True]


def test_an_old_image_is_told_once_although_its_new_epoch_goes_on_at_once(halls: Halls) -> None:
    halls.name(language="zh", kinds=["copy"])
    said = {"node": "n1", "boot": "b", "conn": 2, "hw": "", "generation": "g", "reason": "stale lease"}
    with writing(halls.database).begin() as connection:
        connection.execute(insert(VerdictRow).values(**said, at=TEN, verdict="new_epoch"))
        connection.execute(insert(VerdictRow).values(**said, at=TEN + 900, verdict="continue"))
    for minute in (1, 5, 11, 14):
        halls.watch.look(TEN + minute * MINUTE)
    assert [over for kind, _, over in halls.alerts() if kind == "copy"] == [True]
    [(_, subject)] = halls.told()
    assert "旧镜像" in subject
