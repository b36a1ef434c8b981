"""Tables as files: CSV that a spreadsheet shows and never executes (F52), JSON for programs."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response
from starlette_admin.export.csv import CsvExporter
from starlette_admin.export.helpers import escape_formula
from starlette_admin.export.json import JsonExporter

Cell = str | int | float | None

BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8; without it Chinese comes out wrong."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV file with a header line. Text that a spreadsheet would take for a formula gets a leading `'`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def json_text(value: Mapping[str, Any] | None) -> Cell:
    """A nested value as one cell."""
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _harmless(cell: Cell) -> Cell:
    return escape_formula(cell) if isinstance(cell, str) else cell


def download(text: str, filename: str) -> Response:
    """`text` as a file to save."""
    disposition = f"attachment; filename*=UTF-8''{quote(filename)}"
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


class SafeCsv(CsvExporter):
    """The library's export of a list, with formulas neutralised and the mark spreadsheets need."""

    def __init__(self) -> None:
        super().__init__(escape_formulas=True)

    async def generate(self, fields: list, rows: list) -> bytes:  # type: ignore[type-arg]
        """The file's bytes."""
        content: bytes = await super().generate(fields, rows)
        return BOM.encode() + content


class NamedJson(JsonExporter):
    """Keys are the columns' names: the library's would be their labels, in the reader's language."""

    async def generate(self, fields: list, rows: list) -> bytes:  # type: ignore[type-arg]
        """The file's bytes."""
        named = [{field.name: row.get(field.name) for field in fields} for row in rows]
        return json.dumps(named, ensure_ascii=False, default=str).encode()
