"""Who may log in to the console."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class User(Base):
    """`password_hash`: argon2, empty for who logs in by OIDC alone; `roles` as in central/people/roles.py."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    roles: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    halls: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Halls this person works for; empty: all."""
    display_name: Mapped[str] = mapped_column(default="", server_default="")
    post: Mapped[str | None]
    oidc_subject: Mapped[str | None] = mapped_column(unique=True, index=True)
    """`issuer|subject` of the login elsewhere."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int] = mapped_column(default=0)
