"""What every list of the console shares: searched, filtered and exported, never changed; of the halls in reach."""

from collections.abc import Sequence
from typing import Any

import anyio.to_thread
from sqlalchemy import String, cast, or_, select
from starlette.requests import Request
from starlette_admin.contrib.sqla import ModelView

from central.console import names, reach
from central.console.records.fields import Named
from central.console.sheet import NamedJson, SafeCsv
from central.console.who import current_user
from central.db.tables import Hall
from central.people.roles import Right


class ReadOnly(ModelView):
    """A list nobody can change here: what happened in a hall is told by its journal alone.

    Rows of other halls than one's own are not there, in the list, on their pages and in files (reach.py). Where rows
    have a hall, the names of halls, services and counters are read with them.
    """

    right: Right | None = "records.see"
    """Who may open it; None: everybody of the staff."""
    exporters: list[Any] = [SafeCsv(), NamedJson()]
    page_size = 25
    row_actions: list[str] = ["view"]
    list_template = "records.html"
    detail_template = "record.html"

    def is_accessible(self, request: Request) -> bool:
        """Who has the right."""
        return self.right is None or current_user(request).may(self.right)

    def can_create(self, request: Request) -> bool:
        """Never."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Never."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Never."""
        return False

    def can_import(self, request: Request) -> bool:
        """Never."""
        return False

    def get_list_query(self, request: Request) -> Any:
        """Of one's halls; the page of one row is looked for in the same."""
        return super().get_list_query(request).where(*reach.of_rows(current_user(request).staff, self.model))

    def get_count_query(self, request: Request) -> Any:
        """The same."""
        return super().get_count_query(request).where(*reach.of_rows(current_user(request).staff, self.model))

    async def find_all(self, request: Request, *args: Any, **options: Any) -> Sequence[Any]:
        """One page of rows."""
        rows: Sequence[Any] = await super().find_all(request, *args, **options)
        await _learn(request, rows)
        return rows

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One row, None where there is none."""
        row = await super().find_by_pk(request, pk)
        await _learn(request, [row] if row is not None else [])
        return row

    def get_search_query(self, request: Request, term: str) -> Any:
        """Text columns by what they hold, and halls by their names too."""
        found = super().get_search_query(request, term)
        named = [field for field in self.get_fields_list(request) if isinstance(field, Named)]
        columns = [getattr(self.model, field.name) for field in named]
        clauses = [cast(column, String).icontains(term, autoescape=True) for column in columns]
        if any(field.kind == "hall" for field in named):
            called = cast(Hall.name, String).icontains(term, autoescape=True)
            clauses.append(self.model.hall.in_(select(Hall.id).where(called)))
        return or_(found, *clauses)


async def _learn(request: Request, rows: Sequence[Any]) -> None:
    halls = {row.hall for row in rows if hasattr(row, "hall")}
    if halls:
        request.state.names = await anyio.to_thread.run_sync(names.read, request.state.session, halls)
