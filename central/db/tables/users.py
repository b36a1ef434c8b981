"""Who may log in to the console."""

from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class User(Base):
    """`password_hash` is an argon2 string; `role` is `admin`, `office` or `viewer`."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="viewer")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int] = mapped_column(default=0)
