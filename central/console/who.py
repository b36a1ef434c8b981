"""Who is at the console: the person behind a request, with the rights of that person."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette_admin.auth import AdminUser

from central.audit import Actor
from central.people.roles import Right
from central.people.scope import Staff


@dataclass
class ConsoleUser(AdminUser):
    """Who is logged in. `staff` is the same person as rights see him."""

    id: int = 0
    staff: Staff = field(default_factory=lambda: Staff("", ()))
    display_name: str = ""

    def may(self, right: Right, hall: str | None = None) -> bool:
        """Whether this person has `right`, in `hall` where one is given."""
        return self.staff.may(right, hall)

    @property
    def actor(self) -> Actor:
        """This person in the audit trail."""
        return Actor(self.staff.name, self.staff.source)


def current_user(request: Request) -> ConsoleUser:
    """The person behind a request that has passed the login."""
    user = request.state.admin_user
    assert isinstance(user, ConsoleUser)
    return user
