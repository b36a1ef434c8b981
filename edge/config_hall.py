"""The sections of a hall's file that are no devices: the hall and its day, node, centre, screens, places, people."""

from typing import Annotated, Literal

from msgspec import Meta

from contract.catalogue import Role, Text
from edge.config_parts import Id, Port, Section, Time
from edge.hall.catalogue_check import MAP


class Hall(Section, frozen=True):
    id: Id
    name: Text
    timezone: str = "Asia/Shanghai"
    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    """The first one is printed, spoken and shown first."""


class Day(Section, frozen=True):
    """Local times. The business day starts at `starts`; numbers restart there."""

    starts: Time = "04:00"
    opens: Time = "09:00"
    last_ticket: Time = "16:30"
    closes: Time = "17:00"


class Node(Section, frozen=True):
    id: Id
    data: str = "/var/lib/hallkeeper"
    """Folder of journal and documents."""
    host: str = "127.0.0.1"
    port: Port = 8611
    allowed_hosts: tuple[str, ...] = ()
    """Host names, besides loopback and `host`, under which terminals reach this node."""
    keep_days: Annotated[int, Meta(ge=1, le=3660)] = 30
    key_repeat_ms: Annotated[int, Meta(ge=0, le=5000)] = 400
    """The same key pressed again within this time counts once."""
    satellite_host: str = "127.0.0.1"
    satellite_port: Port = 8620
    """Where satellites call in, when there are any."""


class Centre(Section, frozen=True):
    """Where the broker is. Without this section the hall works alone."""

    host: str
    port: Port = 1883
    password: str | None = None
    password_file: str | None = None
    version: Literal["5", "3.1.1"] = "5"
    keepalive_s: Annotated[int, Meta(ge=5, le=600)] = 30
    ca_file: str | None = None
    """Given: TLS."""
    certificate: str | None = None
    private_key: str | None = None
    site: str | None = None
    """Public address of the centre; the slip's QR is `{site}/t/{hall}/{token}`."""
    roster_key: str | None = None
    roster_key_file: str | None = None
    """Hex key under which identity and phone numbers of the roster are known here, given at enrolment."""
    verify_key: str | None = None
    """The centre's Ed25519 public key, base64, given at enrolment: directives that it did not sign are refused."""
    seal_key: str | None = None
    """The centre's X25519 public key, base64, given at enrolment: whom a place is sold to is sealed for it alone.
    Without it no place is sold here."""


class Kiosk(Section, frozen=True):
    idle_s: Annotated[int, Meta(ge=10, le=600)] = 60
    """The screen is cleared after so long without a touch (kiosk.session_timeout)."""
    enquiry_phone: str = ""
    """Shown on kiosk and display (S1-43)."""
    queue_limit: Annotated[int, Meta(ge=1, le=99)] = 5
    """More than so many waiting before one device are a crowd (device.queue_limit), told to them when it is one."""


class Display(Section, frozen=True):
    """The HDMI screen of the hall: its visible width decides how large a number must be drawn."""

    width_mm: Annotated[int, Meta(ge=100, le=5000)] = 1210
    digit_mm: Annotated[int, Meta(ge=10, le=500)] = 40
    """Least height of a called number's digits."""


Icon = Literal[
    "entrance", "exit", "kiosk", "terminal", "desk", "toilets", "stairs", "lift", "water", "first-aid", "copies"
]


class Place(Section, frozen=True):
    """One thing on the guide sign at the entrance that is no waiting area. `x`, `y`: on the map's grid."""

    id: Id
    name: Text
    icon: Icon
    x: Annotated[int, Meta(ge=0, le=MAP[0])]
    y: Annotated[int, Meta(ge=0, le=MAP[1])]
    way: Text = {}
    """How to get there from the entrance, in a few words."""


class Staff(Section, frozen=True):
    """One person who works in the hall."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: str
    role: Role = "clerk"
    pin: str | None = None
    """argon2 hash as `hallkeeper edge pin` prints it."""
    badge: str | None = None
    """Fingerprint of the badge's chip as `hallkeeper edge badge` prints it."""
