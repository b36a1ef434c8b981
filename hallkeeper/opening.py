"""The start of a hall's day in the demo: somebody goes through the opening checklist and closes it."""

import asyncio
from typing import Any

from hallkeeper.hall_client import HallClient

TICK_S = 1.5


async def open_up(hall: HallClient, settings: Any) -> None:
    """Ticks what nobody has looked at today, and closes the list; one that is closed already refuses that."""
    supervisors = [one.id for one in settings.clerks if one.role == "supervisor"]
    by = supervisors[0] if supervisors else "c1"
    for checklist in (await hall.get("supervisor/checklists")).get("checklists", ()):
        path = f"supervisor/checklists/{checklist['id']}"
        for item in checklist["items"]:
            if item["tick"] is not None:
                continue
            await asyncio.sleep(TICK_S)
            await hall.post(f"{path}/tick", {"item": item["id"], "ok": True, "by": by})
        await hall.post(f"{path}/close", {"by": by})
