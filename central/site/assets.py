"""The site's own files, under addresses that change with them, so that a browser may keep them for good."""

import hashlib
from functools import cached_property
from pathlib import Path

from fastapi import APIRouter, Response

from central.site.icons import icon

HERE = Path(__file__).parent
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
SIZES = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "maskable-512.png": (512, True),
    "touch.png": (180, True),
}
"""Edge in pixels, and whether the mark has room around it to be cut round."""


class Assets:
    """`/site/{version}/{name}`."""

    def __init__(self) -> None:
        colours = (HERE / "colours.css").read_bytes()
        self._files = {
            "look.css": colours + (HERE / "public.css").read_bytes(),
            **{name: (HERE / name).read_bytes() for name in ("public.js", "mark.svg")},
        }
        self._pictures: dict[str, bytes] = {}

    @cached_property
    def version(self) -> str:
        """Of all files together, the service worker's too."""
        worker = (HERE / "worker.js").read_bytes()
        return hashlib.sha256(b"".join([worker, *self._files.values()])).hexdigest()[:12]

    def address(self, name: str) -> str:
        return f"/site/{self.version}/{name}"

    def router(self) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/site/{version}/{name}", self.file, methods=["GET", "HEAD"], response_model=None)
        return routes

    def file(self, version: str, name: str) -> Response:
        """The newest, whatever version was asked for."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        if name in SIZES:
            if name not in self._pictures:
                self._pictures[name] = icon(*SIZES[name])
            return Response(self._pictures[name], media_type="image/png", headers=headers)
        if name not in self._files:
            return Response(status_code=404)
        if version != self.version:
            headers["Cache-Control"] = "no-cache"
        return Response(self._files[name], media_type=_TYPES[Path(name).suffix], headers=headers)
