"""A console over a centre that takes bookings: accounts with one role each, and the desk's own clock."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import insert, select

from central import live
from central.console import ConsoleSettings, mount
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import User
from tests.booking_world import SECRET, World

PASSWORD = "correct horse battery"
ROLES = ("receptionist", "reviewer", "supervisor", "hall-head", "auditor", "technician")


class DeskWorld(World):
    """`app` is the console. Each role has an account of its name; `elsewhere` is a supervisor of another hall."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, halls=("hall", "other"), **options)
        create_user(self.engine, "operator", PASSWORD, "operator")
        self._add({role: ([role], []) for role in ROLES} | {"elsewhere": (["supervisor"], ["other"])})
        self.app = FastAPI()
        mount(self.app, self.engine, live.Live(), ConsoleSettings(secret=SECRET), desk=self.desk)

    def _add(self, people: dict[str, tuple[list[str], list[str]]]) -> None:
        """More accounts with the same password; hashing it once is slow enough."""
        with writing(self.engine).begin() as connection:
            hashed = connection.scalar(select(User.password_hash).where(User.name == "operator"))
            for name, (roles, halls) in people.items():
                connection.execute(
                    insert(User).values(
                        name=name, password_hash=hashed, roles=roles, halls=halls, display_name=name, active=True,
                        created_at=self.at,
                    )
                )  # fmt: skip
