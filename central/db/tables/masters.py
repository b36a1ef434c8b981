"""Master data the office keeps: what can be done in which hall, what to bring, who answers for what (M1)."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class BusinessType(Base):
    """A kind of business (业务类型) such as 社会保险; a person has at most one open booking of each."""

    __tablename__ = "business_types"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]


class MaterialRow(Base):
    """Something a customer brings (办理材料). `original`: a copy does not do."""

    __tablename__ = "materials"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    original: Mapped[bool] = mapped_column(default=False)
    note: Mapped[dict[str, str]]


class Matter(Base):
    """One matter (事项) of a business type, with its guide; `version` rises with every change of what is published."""

    __tablename__ = "matters"

    id: Mapped[str] = mapped_column(primary_key=True)
    business_type: Mapped[str] = mapped_column(ForeignKey("business_types.id"))
    name: Mapped[dict[str, str]]
    guide: Mapped[dict[str, str]]
    """办理指南: what it is, for whom."""
    notes: Mapped[dict[str, str]]
    """注意事项: what the confirmation message reminds of."""
    steps: Mapped[list[Any]] = mapped_column(JSON)
    """The steps of the procedure, each a text by language."""
    sample: Mapped[dict[str, str]]
    """A worked example."""
    materials: Mapped[list[Any]] = mapped_column(JSON)
    """Ids of `materials`, in the order they are listed."""
    questions: Mapped[list[Any]] = mapped_column(JSON)
    """Asked when booking and at the window: `{"id", "text": {…}, "required": bool, "choices": [{"id", "text"}]}`."""
    review_rules: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What the window reviews the materials by: `{"id", "text": {…}}`."""
    legal_basis: Mapped[dict[str, str]]
    complexity: Mapped[str] = mapped_column(default="simple")
    """simple or complex."""
    important: Mapped[bool] = mapped_column(default=False)
    """Confirmed again by telephone; its result is told electronically too."""
    detail_required: Mapped[bool] = mapped_column(default=False)
    """A description is needed, and staff review the booking."""
    limit_days: Mapped[int] = mapped_column(default=0)
    """Working days until the result; 0: at once."""
    visits: Mapped[int] = mapped_column(default=1)
    """How often a customer usually comes."""
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class HallMatter(Base):
    """A matter done in a hall, at the windows of `service` (a queue of its catalogue)."""

    __tablename__ = "hall_matters"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matters.id"), primary_key=True)
    service: Mapped[str]
    bookable: Mapped[bool] = mapped_column(default=True)


class HallPage(Base):
    """What the public is told of a hall."""

    __tablename__ = "hall_pages"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    address: Mapped[dict[str, str]]
    way: Mapped[dict[str, str]]
    """How to get there."""
    phone: Mapped[str] = mapped_column(default="")
    published: Mapped[bool] = mapped_column(default=True)
    """Shown on the booking site."""


class Department(Base):
    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]


class Post(Base):
    """A post (岗位) with its duties in words (S4-33)."""

    __tablename__ = "posts"

    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[dict[str, str]]
    duties: Mapped[dict[str, str]]


class Duty(Base):
    """Who answers for one step of the work (duty.matrix, S0-6). `hall` empty: in every hall."""

    __tablename__ = "duties"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str] = mapped_column(default="")
    step: Mapped[str]
    """apply, review, confirm, change, cancel, phone_confirm, closure, checkin, handle, result, complaint."""
    post: Mapped[str] = mapped_column(ForeignKey("posts.id"))
    deputy: Mapped[str | None] = mapped_column(ForeignKey("posts.id"))
