"""What makes the site installable (S0-8): its manifest, a service worker for when there is no network, that page."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from central.site.assets import SIZES
from central.site.front import HEADERS, Front, asked_language
from central.site.texts import said
from words import catalogue

_WORKER = (Path(__file__).parent / "worker.js").read_text("utf-8")
BAND = "#0a5a9c"
PAPER = "#f2f5f7"
"""As in colours.css."""
SHELL = ("look.css", "public.js", "mark.svg")


class InstallPages:
    def __init__(self, front: Front) -> None:
        self._front = front

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"methods": ["GET", "HEAD"], "response_model": None}
        routes.add_api_route("/manifest.webmanifest", self.manifest, **options)
        routes.add_api_route("/sw.js", self.worker, **options)
        routes.add_api_route("/offline", self.offline, **options)
        return routes

    def manifest(self, request: Request) -> Response:
        language = asked_language(request)
        _ = catalogue("central", "site", language).gettext
        name = said(self._front.settings.name, language) or _("Service hall booking")
        document = {
            "name": name,
            "short_name": name[:12],
            "lang": "zh-CN" if language == "zh" else language,
            "id": "/",
            "start_url": "/?src=app",
            "scope": "/",
            "display": "standalone",
            "theme_color": BAND,
            "background_color": PAPER,
            "icons": [self._icon(name) for name in SIZES],
            "shortcuts": [{"name": _("My booking"), "url": "/b?src=app"}],
        }
        return _file(json.dumps(document, ensure_ascii=False), "application/manifest+json")

    def worker(self) -> Response:
        """A new version of any file of the site is a new worker."""
        shell = ["/offline", *map(self._front.assets.address, SHELL)]
        head = f"const VERSION = {json.dumps(self._front.assets.version)};\nconst SHELL = {json.dumps(shell)};\n"
        return _file(head + _WORKER, "text/javascript; charset=utf-8")

    def offline(self, request: Request) -> Response:
        return self._front.page(request, "offline.html")

    def _icon(self, name: str) -> dict[str, str]:
        size, maskable = SIZES[name]
        purpose = "maskable" if maskable else "any"
        address = self._front.assets.address(name)
        return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def _file(text: str, media_type: str) -> Response:
    return Response(text, media_type=media_type, headers=HEADERS | {"Cache-Control": "no-cache"})
