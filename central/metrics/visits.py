"""Steps and visits of each matter: what the guide promises a customer, and what it took (S1-5)."""

from fractions import Fraction

import msgspec


class Visits(msgspec.Struct, frozen=True):
    """One matter. `steps` and `published` as its guide says; `served`: visits with a booking that were served, of which
    `again` went on with an earlier one that had been served as well (booked again as a linked case)."""

    matter: str
    steps: int
    published: int
    served: int
    again: int

    @property
    def cases(self) -> int:
        """Matters done, however many visits each took."""
        return self.served - self.again

    @property
    def mean(self) -> Fraction | None:
        """平均到厅次数 = visits served / cases, exact; None where none was served. (S1-5)"""
        return Fraction(self.served, self.cases) if self.cases else None
