"""Who in the house can be told: the directory of departments and persons."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette_admin.i18n import lazy_gettext

from central.console.language import said
from central.console.notices.addressed_page import AddressedPage
from central.db.tables import Contact, Department
from central.relay.contacts import DIRECTORY, Wanted


class ContactsPage(AddressedPage):
    """`/contacts`, `/contacts/new`, `/contacts/{id}`."""

    menu_label = lazy_gettext("Directory")
    icon = "fa-solid fa-address-book"
    path = "/contacts"
    route_name = "contacts"
    right = DIRECTORY.right
    book = DIRECTORY
    wanted = Wanted
    order = (Contact.department, Contact.name)
    templates_of = ("notices/contacts.html", "notices/contact.html")
    kept = lazy_gettext("The contact is kept.")

    def choices(self, session: Session) -> dict[str, Any]:
        """Departments by id."""
        departments = session.scalars(select(Department).order_by(Department.id))
        return {"departments": {row.id: said(row.name, row.id) for row in departments}}
