"""The board at a satellite (`edge/satellite/`), under the port `Board`.

A picture is sent whole and `show` returns when the board there took it. The latest one is kept and sent
again whenever the satellite comes back, so a board that was away shows at once what it should.
"""

import threading
import time

from PIL import Image

from edge import config
from edge.devices.ports import Health
from edge.errors import DeviceError
from edge.satellite.hub import SatelliteHub
from edge.satellite.link import Listener
from edge.satellite.messages import Check, Checked, DeviceState, Hello, Show, Shown, State

TAKE_S = 2.0
"""A picture takes some milliseconds; a board that needs longer is hung."""
CHECK_S = 10.0


class RemoteBoard(Listener):
    """`Board` over one board of one satellite."""

    kind = "board"

    def __init__(self, section: config.RemoteBoard, hub: SatelliteHub) -> None:
        """Raises ConfigError for a satellite nobody knows."""
        self.id, self.width, self.height = section.id, section.width, section.height
        self._there = section.board
        self._link = hub.link(section.satellite)
        self._news = threading.Condition()
        self._frame = Image.new("1", (self.width, self.height))
        self._number = 0
        self._answered = 0
        self._opened = False
        self._here = False
        self._state: DeviceState | None = None
        self._cause = ""
        """Why the newest answered picture was not taken, or is not answered."""
        self._checked: Checked | None = None

    def open(self) -> None:
        """Dark, if the satellite is here already."""
        if self._opened:
            return
        self._opened = True
        self._frame = Image.new("1", (self.width, self.height))
        self._link.listen(self)
        with self._news:
            self._news.wait_for(lambda: not self._here or self._answered >= self._number, TAKE_S)

    def close(self) -> None:
        """Leaves the board dark where it can be reached; where not, its station darkens it."""
        if not self._opened:
            return
        with self._news:
            self._frame = Image.new("1", (self.width, self.height))
            if self._send():
                self._wait(self._number, TAKE_S)
        self._link.forget(self)
        self._opened = self._here = False

    def show(self, frame: Image.Image) -> None:
        if frame.mode != "1" or frame.size != (self.width, self.height):
            raise DeviceError(f'{self.id}: a frame must be {self.width}×{self.height} lamps of mode "1"', "frame")
        with self._news:
            # Kept before it is sent: what the satellite gets when it is back is this one.
            self._frame = frame.copy()
            if not self._opened:
                raise DeviceError(f"{self.id}: not opened")
            if not self._send():
                raise DeviceError(f"{self.id}: {self._link.cause}")
            number = self._number
            if not self._wait(number, TAKE_S) and self._here:
                self._cause = f"took no picture within {TAKE_S:.0f} s; look at its satellite"
            if self._answered < number or self._cause:
                raise DeviceError(f"{self.id}: {self._cause or self._link.cause}")

    def health(self) -> Health:
        if not self._opened:
            return Health("failed", "not opened")
        if not self._here:
            return Health("degraded", self._link.health().cause or self._link.cause)
        if wrong := self._mismatch():
            return Health("failed", wrong)
        if self._state is not None and self._state.status != "ok":
            return Health(self._state.status, f"at satellite {self._link.id}: {self._state.cause}")
        return Health("failed", f"at satellite {self._link.id}: {self._cause}") if self._cause else Health("ok")

    def check(self) -> Health:
        """The board's own check, made there."""
        self._link.check()
        if not self._here or self._mismatch():
            return self.health()
        with self._news:
            self._number += 1
            number = self._number
            try:
                self._link.send(Check(self._there, number))
            except DeviceError as error:
                return Health("failed", error.detail)
            self._news.wait_for(lambda: self._checked is not None and self._checked.number >= number, CHECK_S)
            checked = self._checked
        if checked is None or checked.number < number:
            return Health("failed", f"no answer to the check within {CHECK_S:.0f} s; look at satellite {self._link.id}")
        found = Health(checked.status, checked.cause)
        return found if found.status == "failed" else self.health()

    # --- what the link tells --------------------------------------------------------

    def linked(self, hello: Hello) -> None:
        with self._news:
            self._here, self._cause = True, ""
            self._state = next((one for one in hello.devices if one.id == self._there and one.width), None)
            self._send()

    def lost(self) -> None:
        with self._news:
            self._here = False
            self._news.notify_all()

    def told(self, message: State | Shown | Checked) -> None:
        with self._news:
            match message:
                case State(device) if device.id == self._there:
                    self._state = device
                    # Its driver mends it by itself (F43): what failed before is over then.
                    self._cause = self._cause if device.status == "failed" else ""
                case Shown(board, number, cause) if board == self._there:
                    self._answered, self._cause = max(self._answered, number), cause
                case Checked(board) if board == self._there:
                    self._checked = message
            self._news.notify_all()

    def _mismatch(self) -> str:
        there = self._state
        if there is None:
            return f"satellite {self._link.id} has no board {self._there!r}; look at its file"
        if (there.width, there.height) != (self.width, self.height):
            return (
                f"{self._there} at satellite {self._link.id} has {there.width}×{there.height} lamps, "
                f"here {self.width}×{self.height}; give both the same"
            )
        return ""

    def _send(self) -> bool:
        """The picture as it is now, under a new number."""
        if not self._here or self._mismatch():
            return False
        self._number += 1
        try:
            self._link.send(Show(self._there, self._number, self._frame.tobytes()))
        except DeviceError:
            return False
        return True

    def _wait(self, number: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        self._news.wait_for(lambda: self._answered >= number or not self._here, until - time.monotonic())
        return self._answered >= number
