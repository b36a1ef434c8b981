"""The twin of an SMS gateway: takes messages as the centre sends them, reports what became of each, and shows them all
on one page, as if it were every customer's telephone.
`python -m hallkeeper.bookings.gateway PORT REPORT_URL SWITCHED_OFF`."""

import asyncio
import random
import sys
import time
from collections import deque
from html import escape

import httpx
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

SHOWN = 200
DELIVERED_AFTER_S = (0.5, 4.0)
MARKS = {"sent": "…", "delivered": "✓", "failed": "✗"}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="4"><title>Text messages</title>
<style>body{{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;
background:#f4f5f7;color:#1d2733}}h1{{font-size:1.3rem}}p.none{{color:#5b6670}}article{{background:#fff;
border-radius:10px;padding:.6rem .9rem;margin:.6rem 0;overflow-wrap:anywhere}}header{{display:flex;
justify-content:space-between;gap:1rem;color:#5b6670;font-size:.85rem}}.failed{{color:#b42323}}
article p{{margin:.2rem 0 0;white-space:pre-wrap}}</style>
<h1>Text messages of the demo: every customer’s telephone</h1>{messages}</html>"""


class Message(msgspec.Struct):
    """`state`: sent, delivered or failed. `id`: the centre's."""

    id: str
    phone: str
    text: str
    at: float
    state: str = "sent"


class Gateway:
    """`report`: where delivery reports go, key included. `switched_off`: so many telephones are, of one."""

    def __init__(self, report: str, switched_off: float, rng: random.Random) -> None:
        self._report, self._switched_off, self._rng = report, switched_off, rng
        self._due = rng.random()
        """How near the next telephone is that is switched off: that share of them is, of however few messages."""
        self._messages: deque[Message] = deque(maxlen=SHOWN)
        self._reporting: set[asyncio.Task[None]] = set()

    def app(self) -> Starlette:
        routes = [Route("/", self.page), Route("/send", self.send, methods=["POST"])]
        return Starlette(routes=[*routes, Route("/healthz", self.healthy)])

    async def send(self, request: Request) -> Response:
        """One message; the same id again is the same message."""
        sent = await request.json()
        if not any(one.id == sent["id"] for one in self._messages):
            message = Message(sent["id"], sent["phone"], sent["text"], time.time())
            self._messages.appendleft(message)
            task = asyncio.create_task(self._deliver(message))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        return JSONResponse({"id": f"gateway-{sent['id']}"})

    async def page(self, _request: Request) -> Response:
        shown = "".join(map(_article, self._messages)) or '<p class="none">Nobody was told anything yet.</p>'
        return HTMLResponse(PAGE.format(messages=shown))

    async def healthy(self, _request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def _deliver(self, message: Message) -> None:
        await asyncio.sleep(self._rng.uniform(*DELIVERED_AFTER_S))
        message.state = "delivered" if self._reached() else "failed"
        told = {"id": message.id, "reference": f"gateway-{message.id}", "status": message.state}
        async with httpx.AsyncClient(timeout=10) as http:
            for _ in range(5):
                try:
                    (await http.post(self._report, json=told)).raise_for_status()
                    return
                except httpx.HTTPError:
                    await asyncio.sleep(3)

    def _reached(self) -> bool:
        self._due += self._switched_off
        reached = self._due < 1
        self._due -= not reached
        return reached


def _article(message: Message) -> str:
    at = time.strftime("%H:%M:%S", time.localtime(message.at))
    return (
        f"<article><header><span>{escape(message.phone)}</span>"
        f'<span class="{message.state}">{at} {MARKS[message.state]}</span></header>'
        f"<p>{escape(message.text)}</p></article>"
    )


if __name__ == "__main__":
    port, report, switched_off = sys.argv[1:]
    twin = Gateway(report, float(switched_off), random.Random())
    uvicorn.run(twin.app(), host="127.0.0.1", port=int(port), log_config=None)
