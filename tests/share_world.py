"""A centre and one hall that sells from its own share: the real desk, ingest and follower of the centre on one side,
the real heart of a hall on the other, and between them a network that loses, repeats and reorders."""

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from central import generations
from central.audit import SYSTEM, Actor
from central.booking import roster, shares
from central.booking.desk import Who
from central.booking.following import Follower
from central.booking.sentences import BookingRefused
from central.booking.slots import slot_id
from central.db.tables import Booking, Grant, Quarantine
from central.ingest import copies, orders
from contract import events as e
from contract.booking_code import ALPHABET, LENGTH
from edge.errors import HallkeeperError
from edge.hall.commands import SellPlace
from tests.booking_world import CATALOGUE, World
from tests.centre import CentreBench
from tests.share_node import Image, Said, ShareNode


class Together:
    """A centre and one hall; `up` and `down` are what is still on its way, oldest first."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hallkeeper-shares-"))
        self.url = f"sqlite:///{self.folder}/centre.db"
        self.world = World(self.url)
        self.bench = CentreBench(self.url)
        self.node = ShareNode("hall", CATALOGUE, self.world.at)
        self.follower = Follower(self.world.desk)
        self.late_up: list[Said] = []
        self.late_down: list[Said] = []
        self.people = 0
        self.promised: dict[str, str] = {}
        """Code to slot: what customers hold and have not given back."""
        self.revs: dict[str, int] = {}
        """Code to the `rev` of what its customer was told last; 0: by the hall, which sold it."""
        self.given_up: dict[str, int] = {}
        """Of what customers have cancelled, the `rev` of that."""
        self.torn: dict[str, str] = {}
        """Of these: sold by the hall, and its record torn off the disk before the centre had it; code to grant."""
        self.restored = False
        self.slots = [slot.id for slot in self.world.slots() if slot.starts_at > self.world.at + 20 * 3_600_000][:2]
        self.shake_hands()

    # --- the network ---------------------------------------------------------

    def send_up(self, said: Said, fate: str = "arrives", *, follow: bool = True) -> None:
        if fate in ("arrives", "twice"):
            for _ in range(2 if fate == "twice" else 1):
                for out in self.bench.say(said):
                    self.node.hear(out.topic, out.payload)
            if follow:
                self.follower.follow()
        elif fate == "late":
            self.late_up.append(said)

    def send_down(self, fate: str = "arrives") -> None:
        with self.bench.database.connect() as connection:
            generation = generations.newest(connection)
            heads, _ = orders.heads(connection, generation or "", 0)
            self.bench.couriers.heads(heads)
            self.bench.now += 100.0
            outs = self.bench.couriers.due(connection, self.world.at, self.bench.now)
        for out in outs:
            if fate in ("arrives", "twice"):
                for _ in range(2 if fate == "twice" else 1):
                    self.node.hear(out.topic, out.payload)
            elif fate == "late":
                self.late_down.append((out.topic, out.payload))

    def shake_hands(self) -> None:
        self.send_up(self.node.hello())

    def settle_down(self) -> None:
        """Everything that can arrive does."""
        for _ in range(60):
            self.shake_hands()
            before = (len(self.node.epoch.raws), dict(self.node.acked), self.node.cursor)
            while (batch := self.node.batch(200)) is not None:
                acked = dict(self.node.acked)
                self.send_up(batch)
                if self.node.acked == acked:
                    break
            roster.tell(self.world.engine, self.world.at)
            self.send_down()
            self.send_up(self.node.says_taken())
            if (len(self.node.epoch.raws), dict(self.node.acked), self.node.cursor) == before:
                return
        raise AssertionError("it does not come to rest")

    # --- the centre ----------------------------------------------------------

    def book(self, slot: str) -> str | None:
        """The code. None: no place is left."""
        self.people += 1
        try:
            booking = self.world.booked(self.people, slot=slot)
        except BookingRefused:
            return None
        self.promised[booking.code], self.revs[booking.code] = slot, booking.rev
        return str(booking.code)

    def move(self, code: str, slot: str) -> None:
        try:
            moved = self.world.desk.move(Who(code), slot, Actor("wang"), staff=True)
        except BookingRefused:
            return
        self.promised[code], self.revs[code] = slot, moved.rev

    def cancel(self, code: str) -> None:
        gone = self.world.desk.cancel(Who(code), Actor("wang"), staff=True, reason="asked")
        del self.promised[code]
        self.given_up[code] = gone.rev

    def give(self) -> None:
        with self.world.desk.working(SYSTEM) as work:
            shares.give(work, self.world.desk.offer("hall"))

    def recall(self) -> None:
        with self.world.desk.working(SYSTEM) as work:
            for grant in self.grants("issued"):
                shares.recall(work, "hall", grant)

    def grants(self, *states: str) -> list[Any]:
        with self.world.engine.connect() as connection:
            return list(connection.execute(select(Grant).where(Grant.state.in_(states), Grant.slot.in_(self.slots))))

    def holding(self) -> dict[str, str]:
        """Code to slot of the bookings that hold a place, as the centre knows them."""
        with self.world.engine.connect() as connection:
            return {row.code: row.slot for row in connection.execute(select(Booking).where(Booking.holds))}

    def at_centre(self) -> dict[str, int]:
        """Code to the `rev` of it there."""
        with self.world.engine.connect() as connection:
            return {row.code: row.rev for row in connection.execute(select(Booking))}

    # --- the hall ------------------------------------------------------------

    def sell(self, slot: str) -> None:
        self.people += 1
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        wish = SellPlace(
            code=code, service="social", name="李*", phone="138****0000", id_hmac=secrets.token_hex(32),
            phone_hmac=None, sealed="A" * 88, by="desk", readback=True, slot=slot,
        )  # fmt: skip
        try:
            self.node.do(wish)
        except HallkeeperError:
            return
        self.promised[code], self.revs[code] = slot, 0

    def at_hall(self, slot: str) -> set[str]:
        """Codes of those the hall expects for a slot."""
        return {
            one.code for one in self.node.state.bookings.values()
            if slot_id("hall", one.service, one.starts_at) == slot and one.status != "cancelled"
        }  # fmt: skip

    def cancelled_here(self) -> set[str]:
        """Of what customers have cancelled, what the hall has heard."""
        return {
            code for code in self.given_up if (one := self.node.state.bookings.get(code)) and one.status == "cancelled"
        }

    def tear(self, lost: int) -> None:
        known = set(self.holding())
        for fact in self.node.tear(lost):
            if isinstance(fact, e.PlaceSold) and fact.code not in known:
                self.torn[fact.code] = fact.grant

    def restore_node(self, image: Image) -> None:
        """Its card is lost, and an old image of it put in. What it had sold since, and not sent, nobody knows; only the
        grants still count it. Where the centre was restored too, it may know no more than the image."""
        self.send_up(self.node.will())
        sold = self.node.sales()
        self.node.restore(image)
        old = self.node.epoch.id
        known = set(self.holding())
        lost = {code: grant for code, grant in sold.items() if code not in self.node.sales() and code not in known}
        self.shake_hands()
        if self.node.aside:
            self.office_lets_in()
        if self.node.epoch.id == old:
            assert self.restored, "an old image goes on"
        else:
            self.torn |= lost
        self.shake_hands()

    def office_lets_in(self) -> None:
        with self.world.engine.begin() as connection:
            aside = connection.scalar(select(Quarantine.id).where(Quarantine.ended_at.is_(None)))
            assert aside is not None
            copies.let_in(connection, "hall", aside, Actor("boss"), self.bench.wall)

    def known_promises(self, slot: str) -> set[str]:
        """Those somebody still knows of: the centre, the hall, or a grant that counts as sold because of it."""
        here = {code for code, of in self.holding().items() if of == slot} | self.at_hall(slot) | set(self.torn)
        return {code for code, of in self.promised.items() if of == slot and code in here}

    def remembered(self, told: dict[str, int]) -> set[str]:
        """Codes of which the centre or the hall still knows what the customer was told last."""
        centre, hall, heard = self.at_centre(), self.node.state.bookings, self.node.heard()
        return {
            code for code, rev in told.items()
            if centre.get(code) == rev or (code in hall and heard.get(code) == rev)
            or (rev == 0 and (code in centre or code in hall))
        }  # fmt: skip

    def close(self) -> None:
        self.bench.close()
        self.world.close()
        shutil.rmtree(self.folder)
