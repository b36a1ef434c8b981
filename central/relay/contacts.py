"""The directory: departments and persons of the house who can be told, with their addresses."""

from typing import Any

from sqlalchemy import Connection, select

from central.db.tables import Contact, Department
from central.errors import Invalid
from central.notices import addressed


class Wanted(addressed.Wanted, frozen=True, kw_only=True):
    """What the form of a contact asks for."""

    department: str = ""
    outages: bool = False
    """Told of line failures."""


def _more(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    known = select(Department.id).where(Department.id == wanted.department)
    if wanted.department and connection.scalar(known) is None:
        raise Invalid("Choose among those listed.", "department")
    return {"department": wanted.department or None, "outages": wanted.outages}


DIRECTORY = addressed.Book(
    table=Contact,
    right="masters.edit",
    subject="contact",
    added="contact.added",
    changed="contact.changed",
    shown=("hall", "department", "name", "channel", "address_masked", "language", "outages", "active"),
    more=_more,
    others="You keep the contacts of your own halls only.",
    none="There is no such contact.",
)
