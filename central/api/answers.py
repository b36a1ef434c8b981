"""PURE. What a program is told: the shapes of answers, and rows as these. Nothing of a person but masked."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Row

from central.booking.life import STATUSES

Text = dict[str, str]
"""By language: {"zh": …, "en": …}."""
Status = Literal[
    "returned", "reviewing", "confirmed", "displaced", "arrived", "served", "void", "cancelled", "refused", "expired"
]
assert set(STATUSES) == set(Status.__args__)  # type: ignore[attr-defined]


class Fault(BaseModel):
    """One entry to mend. `field`: as it is called in the request, or answers.<question>."""

    field: str
    why: str
    text: str = Field(description="For the customer, in the language of the booking or of the request.")


class Problem(BaseModel):
    """Every error. `error` is for programs, `detail` for people, in the language of Accept-Language."""

    error: str = Field(examples=["slot_full"])
    detail: str
    field: str | None = None
    faults: list[Fault] | None = None


class Masked(BaseModel):
    """The customer, as far as it may be shown."""

    name: str = Field(examples=["李*明"])
    phone: str = Field(examples=["138****0001"])
    id_type: str
    id_number: str
    email: bool = Field(description="Whether there is one.")


class PendingChange(BaseModel):
    """Another matter that was asked for and waits for a reviewer; its place is held."""

    matter: str
    slot: str
    asked_at: int


class BookingShown(BaseModel):
    """A booking. Times in ms since 1970; `day` is the hall's date."""

    code: str = Field(description="What the customer checks in with.", examples=["K7PM29QX4TWA"])
    status: Status
    hall: str
    matter: str | None
    service: str
    slot: str | None
    day: str = Field(examples=["2026-11-24"])
    starts_at: int
    ends_at: int
    channel: str
    ref: str
    person: Masked
    flags: list[str]
    priority_class: str | None
    applied_at: int
    confirmed_at: int | None
    cancelled_at: int | None
    attempts: int
    faults: list[Fault] = Field(description="While returned: what is to be mended.")
    deadline: int | None = Field(description="While returned: until when; the place is held so long.")
    reason: str
    reason_code: str
    change: PendingChange | None
    rev: int = Field(description="Rises with every change.")


class SlotShown(BaseModel):
    slot: str = Field(description="What a booking names.")
    service: str
    day: str
    starts_at: int
    ends_at: int
    free: int | None = Field(description="Places left; null where the hall does not publish it.")
    bookable: bool


class SlotsShown(BaseModel):
    hall: str
    slots: list[SlotShown]


class Material(BaseModel):
    id: str
    name: Text
    original: bool = Field(description="A copy does not do.")
    note: Text


class Choice(BaseModel):
    id: str
    text: Text


class Question(BaseModel):
    """Asked when booking; where it has choices, the answer is the id of one."""

    id: str
    text: Text
    required: bool
    choices: list[Choice] = []


class MatterShown(BaseModel):
    """A matter with its guide. `service`: at whose windows; `version`: rises with every change of what is published."""

    matter: str
    version: int
    name: Text
    business_type: str
    business_type_name: Text
    service: str
    guide: Text
    notes: Text
    steps: list[Text]
    sample: Text
    materials: list[Material]
    questions: list[Question]
    legal_basis: Text
    complexity: str
    important: bool
    detail_required: bool
    limit_days: int
    visits: int


class OpenDay(BaseModel):
    day: str
    periods: list[tuple[str, str]] = Field(examples=[[["09:00", "12:00"], ["13:30", "17:00"]]])


class HallShown(BaseModel):
    """Where a hall is, when it is open, and by which rules it is booked."""

    hall: str
    name: Text
    timezone: str
    address: Text
    way: Text
    phone: str
    days: list[OpenDay]
    priority_classes: dict[str, Text]
    slot_min: int
    horizon_days: int
    same_day: bool
    same_day_min: int
    cancel_lead_min: int
    change_lead_min: int = Field(description="In opening hours.")
    resubmit_min: int


class WebhookShown(BaseModel):
    id: int
    url: str
    events: list[str] = Field(description="Types that are sent; empty: all.")
    active: bool
    created_at: int


class NewWebhookShown(WebhookShown):
    secret: str = Field(description="Signs the messages. It is shown this once.", examples=["whsec_…"])


def booking(row: Row[Any], change: Row[Any] | None) -> BookingShown:
    """`row` of bookings; `change`: the one that waits."""
    masked = Masked(
        name=row.name_masked, phone=row.phone_masked, id_type=row.id_type, id_number=row.id_masked, email=row.has_email
    )
    pending = PendingChange(matter=change.matter, slot=change.slot, asked_at=change.asked_at) if change else None
    known = row._asdict()
    same = {name: known[name] for name in BookingShown.model_fields if name in known}
    faults = [Fault(**fault) for fault in row.faults] if row.status == "returned" else []
    return BookingShown(**same | {"ref": row.channel_ref, "person": masked, "faults": faults, "change": pending})


def matter(row: Mapping[str, Any], materials: Mapping[str, Mapping[str, Any]]) -> MatterShown:
    """`row`: one of HallOffer.matters."""
    same = {name: row[name] for name in MatterShown.model_fields if name in row}
    brought = [Material(**_known(Material, materials[id_])) for id_ in row["materials"] if id_ in materials]
    questions = [Question(**{"required": False} | _known(Question, one)) for one in row["questions"]]
    return MatterShown(
        **same
        | {
            "matter": row["id"], "business_type_name": row["type_name"], "materials": brought, "questions": questions,
        }
    )  # fmt: skip


def _known(shape: type[BaseModel], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in shape.model_fields if name in row}
