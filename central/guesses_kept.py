"""Wrong tries of codes that exist, in the database: they hold in every process of the centre and over a restart.

Of codes nobody has there is no row, so that guessing costs no write and fills no table: it has a row a booking at most.
"""

from sqlalchemy import Engine, case, delete, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from central.clockwork import Job
from central.db.engine import writing
from central.db.tables import Booking, CodeGuess, ENotice
from central.ingest.words import clean

NAME = "guesses"
EVERY_S = 600
LONGEST = 64


class KeptGuesses:
    """Any thread may ask. After `most` failures nothing is let through until `pause_ms` without one."""

    def __init__(self, engine: Engine, most: int, pause_ms: int) -> None:
        self._engine, self._most, self._pause = engine, most, pause_ms

    def job(self) -> Job:
        return Job(NAME, EVERY_S, self.forget_old)

    def wait_ms(self, code: str, now: int) -> int:
        """How long `code` is shut from `now` (wall, ms) on; 0: it is not."""
        query = select(CodeGuess.last_at).where(
            CodeGuess.code == clean(code, LONGEST), CodeGuess.failures >= self._most
        )
        with self._engine.connect() as connection:
            last = connection.scalar(query)
        return 0 if last is None else min(self._pause, max(0, last + self._pause - now))

    def failed(self, code: str, now: int) -> bool:
        """Notes one failure. False where nobody has that code: then nothing is kept of it."""
        code = clean(code, LONGEST)
        known = or_(exists().where(Booking.code == code), exists().where(ENotice.code == code))
        with self._engine.connect() as connection:
            if not connection.scalar(select(known)):
                return False
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        first = dialect.insert(CodeGuess).values(code=code, failures=1, last_at=now)
        over = CodeGuess.last_at < now - self._pause
        more = first.on_conflict_do_update(
            index_elements=["code"],
            set_={"failures": case((over, 1), else_=CodeGuess.failures + 1), "last_at": now},
        )
        with writing(self._engine).begin() as connection:
            connection.execute(more)
        return True

    def succeeded(self, code: str) -> None:
        """Forgets the failures of `code`; where there are none nothing is written."""
        mine = CodeGuess.code == clean(code, LONGEST)
        with self._engine.connect() as connection:
            if connection.scalar(select(CodeGuess.code).where(mine)) is None:
                return
        with writing(self._engine).begin() as connection:
            connection.execute(delete(CodeGuess).where(mine))

    def forget_old(self, now: int) -> int:
        """Those that count no more. Gives how many."""
        with writing(self._engine).begin() as connection:
            return connection.execute(delete(CodeGuess).where(CodeGuess.last_at < now - self._pause)).rowcount
