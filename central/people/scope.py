"""Which halls somebody works for, and so whose bookings he sees and what he may do there. PURE."""

from collections.abc import Collection
from typing import NamedTuple

from central.people import roles
from central.people.roles import Right


class Staff(NamedTuple):
    """Somebody of the staff as rights see him. `halls` empty: all."""

    name: str
    roles: tuple[str, ...]
    halls: tuple[str, ...] = ()
    source: str = ""
    """Network address he comes from, for the audit trail."""

    def may(self, right: Right, hall: str | None = None) -> bool:
        """Whether he has `right`, in `hall` where one is given."""
        return roles.may(self.roles, right) and (hall is None or allowed(self.halls, hall))


def allowed(halls: Collection[str], hall: str) -> bool:
    """Whether somebody who works for `halls` may see what belongs to `hall`."""
    return not halls or hall in halls
