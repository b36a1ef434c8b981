"""A centre with halls, made up but whole: what the console's tests and pictures look at. The same every time."""

import random
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from central.console import ConsoleSettings
from central.console.people.accounts import create_user
from central.db.engine import engine as open_engine
from central.db.migrate import upgrade
from central.db.tables import (
    AlarmRow,
    Base,
    CatalogueRow,
    DaySheetRow,
    DeadLetter,
    DeviceFaultRow,
    DirectiveRow,
    Fork,
    Generation,
    Hall,
    Hole,
    Node,
    Presence,
    Quarantine,
    Refusal,
    RuleChangeRow,
    RulesRow,
    SlipRow,
    StoredEvent,
    Stream,
    TicketRow,
    VerdictRow,
)
from contract import events as e
from contract.catalogue import Catalogue, Clerk, Counter, PriorityClass, Rules, Service
from contract.messages import AlarmReport, CounterReport, DeviceReport, ServiceReport, StateReport

DAY = "2026-11-20"
ZONE = ZoneInfo("Asia/Shanghai")
SETTINGS = ConsoleSettings(secret="a secret of the tests, long enough to sign with", tries=3, pause_s=60)
PASSWORD = "correct horse battery"

_TOWNS = (("东城", "Dongcheng"), ("西湖", "Xihu"), ("江北", "Jiangbei"), ("南山", "Nanshan"), ("武侯", "Wuhou"))
_KINDS = (("政务服务大厅", "Government Hall"), ("储蓄所", "Savings Branch"), ("便民服务中心", "Citizen Centre"))
SERVICES = (
    ("savings", {"zh": "储蓄业务", "en": "Savings"}, "A"),
    ("loans", {"zh": "个人贷款", "en": "Personal loans"}, "B"),
    ("social", {"zh": "社保综合", "en": "Social insurance"}, "C"),
)
_CLERKS = ("王芳", "李强", "陈静", "刘洋", "赵敏", "孙磊", "周婷", "吴刚")


def at(hour: int, minute: float = 0) -> int:
    """A wall time of `DAY` in ms."""
    start = datetime.fromisoformat(DAY).replace(tzinfo=ZONE, hour=hour)
    return int(start.timestamp() * 1000 + minute * 60_000)


def new_engine(url: str) -> Engine:
    """An empty, migrated centre in the database at `url`: `boss` (admin), `office` (hall head), `guest` (auditor)."""
    made = open_engine(url)
    upgrade(made)
    create_user(made, "boss", PASSWORD, "admin")
    create_user(made, "office", PASSWORD, "office")
    create_user(made, "guest", PASSWORD, "viewer")
    return made


def hall_name(n: int) -> dict[str, str]:
    """The name of the n-th hall."""
    (zh, en), (kind_zh, kind_en) = _TOWNS[n % 5], _KINDS[n // 5 % 3]
    number = n // 15 + 1
    return {"zh": f"{zh}{kind_zh}{number}", "en": f"{en} {kind_en} {number}"}


def fill(engine: Engine, *, halls: int, now: int, tickets: int = 120) -> None:
    """`halls` halls with one node each, a day of tickets, presence at `now`; node-001 has every oddity there is."""
    rng = random.Random(20261120)
    with Session(engine) as session, session.begin():
        _add(session, [Generation(id="g1", began_at=at(0), reason="first start")])
        for n in range(1, halls + 1):
            _add(session, _hall(n, rng, now, tickets))
        _add(session, _oddities("node-001"))


def _add(session: Session, rows: Iterable[Base]) -> None:
    for row in rows:
        session.add(row)
        session.flush()


def _hall(n: int, rng: random.Random, now: int, tickets: int) -> list[Base]:
    hall, node = f"hall-{n:03d}", f"node-{n:03d}"
    counters = 4 if n % 3 else 8
    report, online, news_at = state(n, counters, rng, now)
    rows: list[Base] = [
        Hall(id=hall, name=hall_name(n - 1), timezone="Asia/Shanghai", created_at=at(0)),
        Node(id=node, hall=hall, enrolled_at=at(0), active=True, hw=f"pi-{n:04x}", version="0.1.0", taken_seq=3),
        Stream(node=node, epoch=f"01JD{n:03d}EPOCH", acked=report.seq - (2500 if n == 2 else 0), hash=bytes(32),
               forked=n == 1, created_at=at(7)),
        VerdictRow(node=node, at=at(8), boot="b1", conn=7, hw=f"pi-{n:04x}", generation="g1", verdict="continue",
                   reason=""),
        Presence(node=node, online=online, boot="b1", conn=7, link_at=news_at, state=msgspec.json.encode(report),
                 state_at=news_at),
        CatalogueRow(node=node, hall=hall, version=1, at=at(7),
                     catalogue=msgspec.to_builtins(catalogue(hall, counters))),
        *rules(node, hall),
    ]  # fmt: skip
    rows += day_of_tickets(hall, node, rng, tickets, counters)
    rows += [
        DaySheetRow(node=node, day="2026-11-19", service=key, hall=hall, issued=40, served=36, passed=3, voided=1,
                    carried=0, wait_mean_s=412, wait_max_s=1630, handling_mean_s=388,
                    ratings={"5": 21, "4": 6, "2": 1}, closed_at=at(0) - 6 * 3_600_000)
        for key, _, _ in SERVICES
    ]  # fmt: skip
    return rows


def catalogue(hall: str, counters: int) -> Catalogue:
    """What every hall offers."""
    services = tuple(Service(key, letter, name) for key, name, letter in SERVICES)
    windows = tuple(Counter(str(c), counter_name(c), (("savings", "loans", "social"),)) for c in range(1, counters + 1))
    classes = (PriorityClass("elderly", {"zh": "老年人", "en": "Elderly"}),)
    return Catalogue(1, hall, {"en": hall}, services, windows, classes, clerks=(Clerk("w07", "王芳", "clerk"),))


OLD_RULES = Rules()
RULES = Rules(limit_s=1200, rings=2, choose="supervisor")


def rules(node: str, hall: str) -> list[Base]:
    """The defaults in the morning, and what the office changed of them."""
    old, new = msgspec.to_builtins(OLD_RULES), msgspec.to_builtins(RULES)
    return [
        RulesRow(node=node, hall=hall, rules=new, at=at(8), nth=2, asked=None),
        RuleChangeRow(node=node, nth=1, hall=hall, rules=old, at=at(7), directive=None),
        RuleChangeRow(node=node, nth=2, hall=hall, rules=new, at=at(8), directive=f"rules-{node}"),
        DirectiveRow(node=node, generation="g1", seq=1, id=f"rules-{node}", kind="fact", type="RulesChanged",
                     data=msgspec.json.encode({"rules": new}), issued_at=at(8), issued_by="office", expires_at=None,
                     outcome="done", detail="", answered_at=at(8)),
    ]  # fmt: skip


def state(n: int, counters: int, rng: random.Random, now: int) -> tuple[StateReport, bool, int]:
    """The report of the n-th hall: most are well, some are offline, silent, crowded, or short of paper."""
    online, age = n % 17 != 3, rng.randrange(1, 25)
    if n % 17 == 3:
        age = 180 * (n % 5 + 1)
    if n % 41 == 7:
        age = 140
    crowded = n % 13 == 1
    open_ = n % 19 != 5
    at_ = now - age * 1000
    services = [
        ServiceReport(key, name, rng.randrange(6, 19) if crowded else rng.randrange(0, 6) if open_ else 0,
                      rng.randrange(1300, 2600) if crowded else rng.randrange(30, 900), e.Wait(420, 960))
        for key, name, _ in SERVICES
    ]  # fmt: skip
    staffed = ("serving", "called", "idle", "serving", "paused", "closed", "serving", "serving")
    lines = [
        _counter(c, staffed[(c + n) % 8] if open_ and n % 29 != 9 else "closed", rng, at_)
        for c in range(1, counters + 1)
    ]
    devices = [DeviceReport(d, d.split("-")[0], "ok", at(7)) for d in ("printer-1", "board-1", "voice", "keys")]
    if n % 11 == 1:
        devices[0] = DeviceReport("printer-1", "printer", "failed", at_ - 900_000)
    if n % 23 == 2:
        devices[1] = DeviceReport("board-1", "board", "degraded", at_ - 300_000)
    node, hall, epoch = f"node-{n:03d}", f"hall-{n:03d}", f"01JD{n:03d}EPOCH"
    report = StateReport(node, hall, "b1", 7, epoch, 40_000 + n, at_, True, 1, open_, services, lines, devices)
    if n == 2:
        alarms = [AlarmReport("silent", "counter:2", at_ - 40_000), AlarmReport("help", "entrance", at_ - 9000)]
        lines[0] = msgspec.structs.replace(lines[0], warned=["limit_over"])
        report = msgspec.structs.replace(
            report, alarms=alarms, counters=lines, emergency="power", suspended=2, booked=3, deferred=1
        )
    return report, online, at_


def counter_name(c: int) -> dict[str, str]:
    """What window `c` is called."""
    return {"zh": f"{c}号窗口", "en": f"Counter {c}"}


def _counter(c: int, status: str, rng: random.Random, at_: int) -> CounterReport:
    busy = status in ("called", "serving")
    number = f"{rng.choice('ABC')}{rng.randrange(1, 140):03d}" if busy else None
    clerk = None if status == "closed" else _CLERKS[(c - 1) % 8]
    return CounterReport(str(c), counter_name(c), status, clerk, number, at_ - rng.randrange(10, 600) * 1000)  # type: ignore[arg-type]


def day_of_tickets(hall: str, node: str, rng: random.Random, count: int, counters: int) -> list[Base]:
    """One day, busiest at ten and at three."""
    rows: list[Base] = []
    for i in range(count):
        key, _, letter = SERVICES[rng.choices((0, 1, 2), (5, 2, 3))[0]]
        hour = rng.choices(range(9, 17), (6, 9, 6, 2, 3, 5, 8, 5))[0]
        issued = at(hour, rng.uniform(0, 59))
        wait, handling = int(rng.gammavariate(2, 260)), int(rng.gammavariate(3, 140))
        status = rng.choices(("done", "passed", "waiting", "voided"), (88, 7, 3, 2))[0]
        row = TicketRow(node=node, ticket=f"20261120-{letter}{i:03d}", hall=hall, day=DAY, number=f"{letter}{i:03d}",
                        service=key, lane="priority" if rng.random() < 0.1 else "ordinary", source="kiosk",
                        status=status, issued_at=issued, hour=hour, calls=0, passes=0, returns=0, transfers=0, slips=1,
                        unsynced=False, marks={}, ahead=rng.randrange(0, 9))  # fmt: skip
        if status in ("done", "passed"):
            row.called_at, row.wait_s, row.calls = issued + wait * 1000, wait, 1
            row.counter = str(rng.randrange(1, counters + 1))
            row.clerk = _CLERKS[int(row.counter) - 1]
            row.policy = rng.choice(("first_come", "only_lane", "priority_turn", "ordinary_turn"))
            row.ended_at = row.called_at + 60_000
        if status == "done" and row.called_at is not None:
            row.started_at, row.handling_s = row.called_at + 20_000, handling
            row.ended_at = row.started_at + handling * 1000
            row.level = rng.choices((None, 5, 4, 3, 2, 1), (40, 40, 12, 4, 3, 1))[0]
        _floor(row, i)
        rows.append(row)
    return rows


def _floor(row: TicketRow, i: int) -> None:
    """What the whole floor adds to some of the tickets: bookings, identity, papers, suspensions, exceptions."""
    row.turns, row.chosen, row.moves, row.suspends, row.overruns = int(row.calls > 0), 0, 0, 0, 0
    if i % 5 == 1:
        row.booking, row.slot_at = f"K7Q{i:03d}", at(10)
        row.arrival = ("on_time", "on_time", "on_time", "late", "deferred", "lifted")[i // 5 % 6]
        row.verified, row.assurance = ("same", "other")[i % 25 == 11], ("high", "low")[i % 10 == 6]
    if i % 11 == 3:
        row.moves = 1
    if row.status == "done" and i % 13 == 2:
        row.policy, row.chosen = "chosen", 1
        row.overruns, row.suspends, row.result, row.acceptance = 1, 1, "failure", f"hall-20261120-{i:05d}"
    if row.status == "waiting" and i % 2:
        row.status, row.counter, row.clerk, row.suspends = "suspended", "1", "w07", 1


def alarms(engine: Engine) -> None:
    """An open silent alarm, one that is over, and an emergency that is."""
    with Session(engine) as session, session.begin():
        _add(session, [
            AlarmRow(node="node-002", alarm="a-1", hall="hall-002", kind="silent", place="counter:2", raised_at=at(9),
                     raised_by="w07"),
            AlarmRow(node="node-001", alarm="a-1", hall="hall-001", kind="help", place="entrance", raised_at=at(10),
                     raised_by="panel", closed_at=at(10, 3), closed_by="w07", note="a visitor felt faint; seated"),
            AlarmRow(node="node-001", alarm="e-1", hall="hall-001", kind="emergency:power", place="",
                     raised_at=at(11), raised_by="boss", closed_at=at(11, 20), closed_by="boss"),
            AlarmRow(node="node-002", alarm="e-1", hall="hall-002", kind="emergency:fire", place="", raised_at=at(9, 1),
                     raised_by="w07"),
        ])  # fmt: skip


def copy_aside(node: str, now: int) -> Quarantine:
    """A clone that was found beside its node an hour ago."""
    reason = "stale lease: an old image or a clone; another node of this name is heard"
    return Quarantine(
        node=node, lease="lease-of-the-copy", boot="5f3a9c0e77d1b2a4", conn=12, hw="pi-10000000c0ffee42", reason=reason,
        since=now - 3_600_000, heard_at=now - 20_000, let_in=False,
    )  # fmt: skip


def _oddities(node: str) -> list[Base]:
    epoch = "01JD001EPOCH"
    return [
        VerdictRow(node=node, at=at(9), boot="b2", conn=9, hw="pi-9999", generation="g1", verdict="quarantine",
                   reason="same number, other hash at 311"),
        Refusal(node=node, epoch=epoch, first=40, last=40,
                reason="no envelope: expected `int`, at `$.seq`", at=at(9, 1)),
        Hole(node=node, epoch=epoch, first=90, last=120, prev_hash="aa" * 32, next_hash="bb" * 32,
             reason="journal damaged, salvaged up to 89", at=at(9, 2)),
        DeadLetter(node=node, topic=f"hk/1/{node}/up/events", epoch=epoch, seq=40, reason="no JSON",
                   raw=b'{"seq":40,"boot"\xff\xfe <script>alert(1)</script>', size=48, at=at(9, 3)),
        Fork(node=node, epoch=epoch, seq=311, hash=bytes(range(32)), stored_hash=bytes(32), raw=b'{"seq":311}',
             boot="b2", conn=9, at=at(9, 4)),
        DirectiveRow(node=node, generation="g1", seq=3, id="d3", kind="command", type="HallSuspended",
                     data=b'{"reason":"water in the cellar"}', issued_at=at(9, 5), issued_by="boss",
                     expires_at=at(9, 15), outcome="done", detail="", answered_at=at(9, 6)),
        DeviceFaultRow(node=node, device="printer-1", nth=1, hall="hall-001", kind="printer", cause="paper out",
                       failed_at=at(10), recovered_at=at(10, 4)),
        SlipRow(node=node, ticket="20261120-A001", nth=1, hall="hall-001", copy=False, status="printed",
                started_at=at(9), ended_at=at(9)),
    ]  # fmt: skip


def tell_story(engine: Engine, node: str = "node-001", ticket: str = "20261120-Z007") -> None:
    """One ticket with its events, among those of others."""
    why, wait = e.Why("priority_turn", "savings+loans", 0, 7), e.Wait(300, 700)
    checked = e.IdentityVerified("v1", ticket, "K7Q2MX", "arrival", "typed", "resident-id", "00", "1101**********",
                                 "王*", "same", "low", None, "kiosk", "no reader")  # fmt: skip
    life: list[tuple[float, e.Event]] = [
        (-30, e.BookingVoided("K7Q2MX", "savings", at(9), 900)),
        (-0.2, e.VoidLifted("K7Q2MX", "王芳", "train late", True)),
        (0, e.BookingArrived("K7Q2MX", ticket, "savings", at(9), "staff", 3600, "lifted")),
        (0.1, checked),
        (1, e.TicketMovedBack(ticket, "Z007", 3, 1, "slip")),
        (8, e.CaseSuspended(ticket, "Z007", "2", "李强", "step", "seal")),
        (10, e.CaseContinued(ticket, "Z007", "2", "李强", 120)),
        (0, e.TicketIssued(ticket, DAY, "Z007", 7, "savings", "priority", "elderly", "tok", "kiosk", 4, wait)),
        (5, e.TicketCalled(ticket, "Z007", "2", "李强", why)),
        (5.5, e.TicketRecalled(ticket, "Z007", "2", 2)),
        (6, e.ServiceStarted(ticket, "2", "李强")),
        (13, e.ServiceFinished(ticket, "2", "李强")),
        (13.2, e.TicketRated(ticket, "2", "李强", "savings", 5, "evaluator")),
    ]  # fmt: skip
    others = [(m / 2, e.CounterOpened(str(m), "王芳")) for m in range(-40, 40)]
    with Session(engine) as session, session.begin():
        stream = session.query(Stream).filter_by(node=node).one()
        for seq, (minute, fact) in enumerate(sorted([*life, *others], key=lambda one: one[0]), 1):
            raw = e.encode(fact, seq=seq, boot="b1", mono_ms=seq, at=at(10, minute), synced=True)
            session.add(StoredEvent(id=seq, stream=stream.id, seq=seq, at=at(10, minute), type=type(fact).__name__,
                                    hash=bytes(32), raw=raw))  # fmt: skip
        session.add(TicketRow(node=node, ticket=ticket, hall="hall-001", day=DAY, number="Z007", service="savings",
                              lane="priority", source="kiosk", status="done", counter="2", clerk="李强",
                              issued_at=at(10), hour=10, called_at=at(10, 5), started_at=at(10, 6), ended_at=at(10, 13),
                              wait_s=300, handling_s=420, policy="priority_turn", booking="K7Q2MX", slot_at=at(9),
                              arrival="lifted", verified="same", assurance="low", moves=1, suspends=1, turns=1,
                              level=5, slips=1, unsynced=False,
                              marks={}, calls=2, passes=0, returns=0, transfers=0, ahead=4))  # fmt: skip
