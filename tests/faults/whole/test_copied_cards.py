"""Cards that were copied: an old image put back into the hall, and a clone beside the original; everything real."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from sqlalchemy import select

from central.audit import Actor
from central.db.engine import writing
from central.db.tables import Fork, Presence, Quarantine, StoredEvent, Stream, TicketRow, VerdictRow
from central.ingest import copies
from edge.clock import wall_ms
from edge.journal import Reader
from hallkeeper.programs import Program, answers
from hallkeeper.system import free_port
from tests.faults.whole.house import House
from tests.faults.whole.load import Hall
from tests.faults.whole.programs import HALL, NODE, Cradle, Office, hall_file, written
from tests.waiting import until

NUMBER = "110101199003070134"
pytestmark = pytest.mark.xdist_group("whole-copies")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    system = written(tmp_path)
    system.enrol()
    with Office(system) as office:
        office.start()
        made = House(office)
        yield made
        made.database.dispose()


class Card:
    """Copies of the hall's card."""

    def __init__(self, house: House, folder: Path) -> None:
        self._data, self._copy = house.office.journal.parent, folder

    def copy(self) -> None:
        """Taken while the node is off."""
        shutil.copytree(self._data, self._copy)

    def put_back(self) -> None:
        shutil.rmtree(self._data)
        shutil.copytree(self._copy, self._data)


def tickets(port: int, count: int) -> list[str]:
    """Each over a connection of its own: the node ends idle ones."""
    taken = [Hall(port).ticket("personal") for _ in range(count)]
    assert all(status < 300 for status, _ in taken), taken
    return [answer["number"] for _, answer in taken]


def panel(port: int) -> Any:
    hall = Hall(port)
    try:
        return hall.get("/api/panel")["panel"]["link"]
    finally:
        hall.close()


def delivered(port: int) -> bool:
    link = panel(port)
    return bool(link["online"]) and link["backlog"] == 0


def rows(house: House, query: Any) -> list[Any]:
    with house.database.connect() as connection:
        return list(connection.execute(query))


def at_centre(house: House) -> list[tuple[str, int, bytes]]:
    query = select(Stream.epoch, StoredEvent.seq, StoredEvent.raw).join(Stream, Stream.id == StoredEvent.stream)
    return [(row.epoch, row.seq, bytes(row.raw)) for row in rows(house, query.order_by(StoredEvent.id))]


def numbers_at_centre(house: House) -> list[str]:
    return [row.number for row in rows(house, select(TicketRow.number).where(TicketRow.node == HALL))]


def epochs(journal: Path) -> list[str]:
    reader = Reader(journal)
    try:
        return [stream.epoch for stream in reader.all_streams()]
    finally:
        reader.close()


def verdicts(house: House) -> list[str]:
    return [row.verdict for row in rows(house, select(VerdictRow.verdict).order_by(VerdictRow.id))]


def gone(house: House) -> bool:
    """The broker has said that the node is off; what it had sent before has come."""
    return not rows(house, select(Presence.online).where(Presence.node == HALL))[0].online


def sell(house: House, slot: dict[str, Any]) -> tuple[int, Any]:
    hall = Hall(house.office.port)
    try:
        return hall.post("/api/desk/bookings", {
            "slot": slot["slot"], "service": slot["service"], "name": "王小红", "id_type": "resident-id",
            "id_number": NUMBER, "phone": "+33 6 12 34 56 78", "readback": True,
        })  # fmt: skip
    finally:
        hall.close()


@pytest.mark.fault("F26")
@pytest.mark.timeout(480)
def test_an_old_image_begins_anew_and_gives_out_nothing_again(house: House, tmp_path: Path) -> None:
    office, card = house.office, Card(house, tmp_path / "image")
    [slot, *_] = until(lambda: house.shown("desk/places")["slots"], 90, office.centre.log)
    numbers = tickets(office.port, 5)
    until(lambda: delivered(office.port))
    office.node.end()
    card.copy()

    office.node.start()
    numbers += tickets(office.port, 120)
    status, sold = sell(house, slot)
    assert status < 300, sold
    until(lambda: delivered(office.port) and house.booking(sold["code"]))
    [old] = epochs(office.journal)
    office.node.kill()
    until(lambda: gone(house))
    before, granted = at_centre(house), house.slot(slot["slot"])

    card.put_back()
    office.node.start()
    until(lambda: len(epochs(office.journal)) == 2 and delivered(office.port), 60, office.node.log)
    until(lambda: verdicts(house)[-1] == "continue")
    assert "new_epoch" in verdicts(house)
    assert rows(house, select(Quarantine)) == []
    after = tickets(office.port, 20)
    assert len(set(numbers + after)) == 145, "a number was given out twice"
    assert min(int(number[1:]) for number in after) > max(int(number[1:]) for number in numbers)
    assert slot["slot"] not in [one["slot"] for one in house.shown("desk/places")["slots"]], "its share is frozen"
    status, answer = sell(house, slot)
    assert status >= 400, answer
    until(lambda: delivered(office.port))
    now = at_centre(house)
    assert now[: len(before)] == before, "nothing was overwritten"
    assert {epoch for epoch, _, _ in now[len(before) :]} == {epochs(office.journal)[-1]}
    until(lambda: set(numbers + after) <= set(numbers_at_centre(house)))
    place = house.slot(slot["slot"])
    assert (place.taken, place.taken + place.granted) == (granted.taken, granted.taken + granted.granted)
    assert [row.epoch for row in rows(house, select(Stream.epoch).where(Stream.prev_epoch == old))] == epochs(
        office.journal
    )[-1:]


@pytest.mark.fault("F28")
@pytest.mark.timeout(480)
def test_a_new_board_with_an_empty_card_goes_on_with_the_numbers_of_the_day(house: House) -> None:
    office = house.office
    numbers = tickets(office.port, 130)
    until(lambda: set(numbers) <= set(numbers_at_centre(house)))
    office.node.kill()
    until(lambda: gone(house))
    before = at_centre(house)
    shutil.rmtree(office.journal.parent)

    office.node.start()
    until(lambda: len(epochs(office.journal)) == 2 and delivered(office.port), 60, office.node.log)
    after = tickets(office.port, 5)
    assert min(int(number[1:]) for number in after) > max(int(number[1:]) for number in numbers)
    until(lambda: set(numbers + after) <= set(numbers_at_centre(house)))
    assert at_centre(house)[: len(before)] == before
    assert rows(house, select(Quarantine)) == []


@pytest.mark.fault("F27")
@pytest.mark.timeout(480)
def test_a_clone_beside_the_original_stands_aside_until_the_office_decides(house: House, tmp_path: Path) -> None:
    office = house.office
    mine = tickets(office.port, 5)
    until(lambda: delivered(office.port))
    office.node.end()
    shutil.copytree(office.journal.parent, tmp_path / "clone")
    office.node.start()
    until(lambda: delivered(office.port))
    old = epochs(office.journal)

    clone, port = clone_of(office, tmp_path / "clone")
    try:
        clone.start()
        until(lambda: panel(port)["words"].startswith("the centre has set this node aside"), 60, clone.log)
        begun = until(lambda: (found := epochs(tmp_path / "clone" / "journal.db"))[1:] and found)
        theirs = tickets(port, 30)
        mine += tickets(office.port, 30)
        until(lambda: delivered(office.port))
        assert {epoch for epoch, _, _ in at_centre(house)} == set(old), "its events came between the others"
        assert epochs(office.journal) == old
        until(lambda: panel(office.port)["online"])
        until(lambda: set(mine) <= set(numbers_at_centre(house)))
        assert not set(theirs) & set(numbers_at_centre(house))
        assert not set(theirs) & set(mine), "a number of today was given out in both"
        [aside] = rows(house, select(Quarantine))
        assert "another node of this name is heard" in aside.reason

        clone.end()
        clone.start()
        until(lambda: rows(house, select(Quarantine.boot))[0].boot != aside.boot, 60, clone.log)
        office.node.end()
        until(lambda: gone(house))
        with writing(house.database).begin() as connection:
            copies.let_in(connection, HALL, aside.id, Actor("boss"), wall_ms())
        clone.end()
        clone.start()
        until(lambda: delivered(port), 60, clone.log)
        until(lambda: set(mine + theirs) <= set(numbers_at_centre(house)))
        assert {epoch for epoch, _, _ in at_centre(house)} == {*old, begun[1]}
        assert all(row.epoch == old[0] for row in rows(house, select(Fork.epoch)))
    finally:
        clone.close()


def clone_of(office: Office, data: Path) -> tuple[Cradle, int]:
    """The same name and password, on a port of its own."""
    document, port = hall_file(office.system), free_port()
    document["node"] |= {"data": str(data), "port": port}
    path = office.system.folder / "clone.toml"
    path.touch(mode=0o600)
    path.write_text(tomli_w.dumps(document))
    argv = [
        str(path) if each == str(office.system.halls[HALL]) else each for each in office.system.hall_program(HALL).argv
    ]
    program = Program("clone", argv, answers(f"http://127.0.0.1:{port}/healthz"))
    return Cradle(program, port, NODE, office.system.folder / "logs"), port
