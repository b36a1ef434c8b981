"""The newest retained state and link of each node: not numbered, not history, only the latest."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base


class Presence(Base):
    """`state` is the payload of `up/state` as it came, `state_at` when the centre received it."""

    __tablename__ = "presence"

    node: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    online: Mapped[bool] = mapped_column(default=False)
    boot: Mapped[str | None]
    conn: Mapped[int] = mapped_column(default=0)
    link_at: Mapped[int | None]
    state: Mapped[bytes | None]
    state_at: Mapped[int | None]
