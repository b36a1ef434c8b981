"""The centre's HTTP over a bookable hall: put together as it runs, but for broker and threads."""

from typing import Any

from fastapi.testclient import TestClient

from central.api import keys
from central.app import Centre
from central.audit import SYSTEM
from central.config import parse
from tests.booking_world import SECRET, World


class ApiWorld:
    """`key` is that of a partner, `other` one of the app; `client` asks, in English. The clock is `world.at`."""

    def __init__(
        self, url: str, *, halls: tuple[str, ...] = ("hall",), per_minute: int = 10_000, **config: Any
    ) -> None:
        self.world = World(url, halls=halls)
        self.url = url
        settings = {"database": {"url": url}, "secrets": {"key": SECRET}, "broker": {"port": 9}}
        self.centre = Centre(parse(settings | config))
        self.centre.desk.wall = lambda: self.world.at
        self.id, self.key = self.add_key("partner", "partner", per_minute=per_minute)
        self.other_id, self.other = self.add_key("app", "app", per_minute=per_minute)
        self.client = TestClient(
            self.centre.app, base_url="http://localhost", headers={"Accept-Language": "en"},
            raise_server_exceptions=False,
        )  # fmt: skip
        self._n = 0

    def add_key(self, name: str, channel: str, **more: Any) -> tuple[int, str]:
        return keys.add(self.world.engine, name, channel, SYSTEM, at=self.world.at, **more)

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        """With the partner's key unless another is given; every POST under an Idempotency-Key of its own."""
        self._n += 1
        sent = {"Authorization": f"Bearer {key or self.key}", "Idempotency-Key": f"k{self._n}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=sent)

    def entries(self, n: int = 1, **changes: Any) -> dict[str, Any]:
        """A sound application of the n-th person, as it is sent."""
        asked = self.world.application(n, **{k: v for k, v in changes.items() if k in ("matter", "hall", "slot")})
        names = ("hall", "matter", "slot", "name", "phone", "id_number")
        return {name: getattr(asked, name) for name in names} | changes

    def booked(self, n: int = 1, *, key: str | None = None, **changes: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/bookings", self.entries(n, **changes), key=key)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def close(self) -> None:
        self.client.close()
        self.centre.database.dispose()
        self.world.close()
