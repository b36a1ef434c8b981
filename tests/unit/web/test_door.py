"""The door of the node: whose pages may command it, which terminals, and for what."""

from typing import Any

import pytest

TICKET = {"service": "savings"}
LAN = ("192.168.7.21", 40_000)


def post(client: Any, path: str = "/api/tickets", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, json=TICKET, headers=named)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8611", ""])
def test_a_name_bent_to_this_node_is_refused(client: Any, hallway: Any, host: str) -> None:
    for answer in (post(client, Host=host), client.get("/kiosk", headers={"Host": host})):
        assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (400, "bad_host", "Host")
    assert hallway.line.submitted == []


@pytest.mark.parametrize("host", ["127.0.0.1:8611", "localhost:8611", "LOCALHOST", "[::1]:8611", "hall.lan:8611"])
def test_the_nodes_own_names_are_welcome(client: Any, host: str) -> None:
    assert post(client, Host=host).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1:8611.evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_pages_of_others_may_not_command(client: Any, hallway: Any, headers: dict[str, str]) -> None:
    answer = post(client, **headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "bad_origin")
    assert hallway.line.submitted == []


def test_our_own_pages_may(client: Any) -> None:
    assert post(client, Origin="http://127.0.0.1:8611", Sec_Fetch_Site="same-origin").status_code == 201


def test_every_answer_carries_the_security_headers(client: Any) -> None:
    for answer in (client.get("/kiosk"), client.get("/api/view"), post(client, Host="evil.example")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'") and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


def test_an_unpaired_terminal_sees_and_does_nothing(hallway: Any) -> None:
    stranger = hallway.client(LAN)
    for answer in (
        post(stranger),
        stranger.post("/api/counters/1/next"),
        stranger.post("/api/pairing/codes", json={"role": "panel"}),
        stranger.post("/api/panel/press", json={"device": "panel", "key": "A"}),
        stranger.get("/api/state"),
        stranger.get("/api/stream"),
        stranger.get("/metrics"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (401, "unpaired")
    page = stranger.get("/counter/1", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/pair?next=/counter/1")
    assert stranger.get("/healthz").status_code == 200
    assert hallway.line.submitted == []


SHEET = ("sheet", "sheet's page", "sheet on paper")
ALLOWED = {
    "kiosk": {"ticket", "view"},
    "display": {"view"},
    "counter:1": {"ticket", "view", "counter 1", "reprint"},
    "counter:2": {"ticket", "view", "counter 2", "reprint"},
    "desk": {"ticket", "view", "reprint", "ask"},
    "supervisor": {"ticket", "view", "counter 1", "counter 2", "reprint", "ask", *SHEET},
    "panel": {"ticket", "view", "counter 1", "counter 2", "reprint", "ask", *SHEET, "press", "codes"},
}


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_each_role_may_do_its_own_and_nothing_else(hallway: Any, role: str) -> None:
    terminal = hallway.paired(role)
    calls = {
        "ticket": lambda: post(terminal),
        "view": lambda: terminal.get("/api/view"),
        "counter 1": lambda: terminal.post("/api/counters/1/undo"),
        "counter 2": lambda: terminal.post("/api/counters/2/undo"),
        "reprint": lambda: terminal.post("/api/slips/reprint", json={"number": "Z1"}),
        "ask": lambda: terminal.post("/api/desk/enquiries"),
        "sheet": lambda: terminal.get("/api/sheet"),
        "sheet's page": lambda: terminal.get("/sheet"),
        "sheet on paper": lambda: terminal.post("/api/sheet/print"),
        "press": lambda: terminal.post("/api/panel/press", json={"device": "panel", "key": "A"}),
        "codes": lambda: terminal.get("/api/pairing"),
    }
    allowed = {name for name, call in calls.items() if call().status_code not in (401, 403)}
    assert allowed == ALLOWED[role]


def test_a_kiosk_cannot_open_the_panel_page(hallway: Any) -> None:
    kiosk = hallway.paired("kiosk")
    assert kiosk.get("/kiosk").status_code == 200
    for path in ("/", "/counter/1"):
        refused = kiosk.get(path)
        assert refused.status_code == 403 and "text/html" in refused.headers["content-type"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(hallway: Any) -> None:
    code = hallway.terminals.new_code("kiosk").text
    answer = hallway.client(LAN).post("/api/pair", json={"code": code, "name": "entrance"})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("hallkeeper_branch-1=")
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


def test_the_token_serves_as_a_bearer_too(hallway: Any) -> None:
    code = hallway.terminals.new_code("kiosk").text
    token = hallway.client(LAN).post("/api/pair", json={"code": code}).json()["token"]
    fresh = hallway.client(LAN)
    assert post(fresh, Authorization=f"Bearer {token}").status_code == 201
    assert post(fresh, Authorization=f"Bearer {token}x").status_code == 401
    assert post(fresh, Authorization="Basic abc").status_code == 401


def test_a_revoked_terminal_is_out_at_once(hallway: Any, client: Any) -> None:
    kiosk = hallway.paired("kiosk")
    [terminal] = client.get("/api/pairing").json()["terminals"]
    assert client.post(f"/api/pairing/{terminal['id']}/revoke").status_code == 200
    assert post(kiosk).status_code == 401
    assert client.post(f"/api/pairing/{terminal['id']}/revoke").status_code == 404


def test_a_browser_at_the_node_may_be_bound_to_a_role_and_freed_again(hallway: Any) -> None:
    here = hallway.client()
    here.post("/api/pair", json={"code": hallway.terminals.new_code("kiosk").text})
    assert here.get("/api/pairing/me").json()["role"] == "kiosk"
    assert here.get("/api/sheet").status_code == 403
    assert here.post("/api/pairing/forget").status_code == 200
    assert here.get("/api/pairing/me").json()["role"] == "local"


def test_a_code_is_shown_to_the_panel_and_serves_once(hallway: Any, client: Any) -> None:
    made = client.post("/api/pairing/codes", json={"role": "counter:1"})
    assert made.status_code == 201
    code = made.json()["text"]
    assert client.get("/api/pairing").json()["codes"][0]["text"] == code
    typed = f" {code[:4].lower()}-{code[4:].lower()} "
    first = hallway.client(LAN).post("/api/pair", json={"code": typed})
    assert (first.status_code, first.json()["role"]) == (201, "counter:1")
    second = hallway.client(LAN).post("/api/pair", json={"code": code})
    assert (second.status_code, second.json()["error"]) == (403, "wrong_code")


@pytest.mark.parametrize(("role", "status"), [("root", 422), ("counter:", 422), ("counter:9", 404), ("kiosk ", 422)])
def test_a_code_for_a_role_that_is_none(client: Any, role: str, status: int) -> None:
    answer = client.post("/api/pairing/codes", json={"role": role})
    assert (answer.status_code, answer.json()["field"]) == (status, "role")


def test_guessing_a_code_is_stopped_with_the_time_to_wait(hallway: Any) -> None:
    code = hallway.terminals.new_code("panel").text
    guesser = hallway.client(LAN)
    tries = [guesser.post("/api/pair", json={"code": "WRONG123"}) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [403] * 5 + [429]
    assert 0 < int(tries[-1].headers["retry-after"]) <= 300
    assert guesser.post("/api/pair", json={"code": code}).status_code == 429
    other = hallway.client(("192.168.7.22", 1))
    assert other.post("/api/pair", json={"code": code}).status_code == 201


def test_a_forwarded_address_makes_nobody_local(hallway: Any) -> None:
    stranger = hallway.client(LAN)
    assert post(stranger, X_Forwarded_For="127.0.0.1", Forwarded="for=127.0.0.1").status_code == 401
