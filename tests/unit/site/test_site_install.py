"""The site as an installed app, in WeChat, and the result notices."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from sqlalchemy import insert, select

from central import links
from central.config_notices import WeChat
from central.db.engine import writing
from central.db.tables import Booking, CatalogueRow, ENotice
from central.site.icons import icon
from tests.public_world import SETTINGS, PublicWorld, Visitor, words_of


@pytest.mark.clause("S0-8")
def test_the_manifest_makes_it_installable(public: PublicWorld) -> None:
    phone = public.phone(language="zh-CN")
    address = re.search(r'rel="manifest" href="([^"]+)"', phone.get("/").text)
    assert address is not None
    answer = phone.get(address[1])
    document = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (document["name"], document["start_url"], document["display"]) == ("政务大厅预约", "/?src=app", "standalone")
    sizes = {(one["sizes"], one["purpose"]) for one in document["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for one in document["icons"][:1]:
        picture = phone.get(one["src"])
        assert picture.content.startswith(b"\x89PNG") and "immutable" in picture.headers["cache-control"]


def test_the_worker_keeps_the_shell_and_no_page_of_anybody(public: PublicWorld) -> None:
    phone = public.phone()
    worker = phone.get("/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    shell = json.loads(re.search(r"const SHELL = (\[.*\]);", worker.text)[1])  # type: ignore[index]
    assert shell[0] == "/offline" and all(phone.get(path).status_code == 200 for path in shell)
    assert not any(path.startswith(("/b", "/h")) for path in shell)


@pytest.mark.parametrize(("maskable", "corner"), [(False, 0), (True, 255)])
def test_the_icon_is_drawn(maskable: bool, corner: int, tmp_path: Path) -> None:
    from PIL import Image

    file = tmp_path / "icon.png"
    file.write_bytes(icon(64, maskable))
    picture = Image.open(file).convert("RGBA")
    assert picture.size == (64, 64) and picture.getpixel((0, 0))[3] == corner  # type: ignore[index]
    assert picture.getpixel((26, 32)) == (255, 255, 255, 255) and picture.getpixel((32, 8)) == (10, 90, 156, 255)


# --- WeChat ---------------------------------------------------------------------


class Account(BaseHTTPRequestHandler):
    """The official account's server, as far as it is asked."""

    asked: list[dict[str, list[str]]] = []
    answer: dict[str, Any] = {}

    def do_GET(self) -> None:
        self.asked.append(parse_qs(urlsplit(self.path).query))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.answer).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def account() -> Iterator[str]:
    Account.asked, Account.answer = [], {"openid": "oABC123", "access_token": "t"}
    server = HTTPServer(("127.0.0.1", 0), Account)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def joined(tmp_path: Path, account: str) -> Iterator[PublicWorld]:
    menu = WeChat(app_id="wx123", secret="hush", api=account)
    made = PublicWorld(f"sqlite:///{tmp_path}/wechat.db", msgspec.structs.replace(SETTINGS, wechat=menu))
    yield made
    made.close()


def enter(visitor: Visitor, path: str = "/wechat") -> dict[str, list[str]]:
    sent = visitor.http.get(path, follow_redirects=False)
    assert sent.status_code == 302 and sent.headers["location"].startswith("https://open.weixin.qq.com/connect/oauth2/")
    assert sent.headers["location"].endswith("#wechat_redirect")
    return parse_qs(urlsplit(sent.headers["location"]).query)


@pytest.mark.clause("S0-9")
def test_from_the_menu_of_the_account_with_the_openid(joined: PublicWorld) -> None:
    visitor = Visitor(joined)
    query = enter(visitor, "/wechat?hall=central-hall")
    assert query["scope"] == ["snsapi_base"] and query["appid"] == ["wx123"]
    assert re.fullmatch("[0-9a-f]{32}", query["state"][0]), "WeChat takes letters and digits only"
    back = query["redirect_uri"][0]
    assert back == "http://halls.example/wechat/back?hall=central-hall"
    visitor.go(f"{back}&code=CODE1&state={query['state'][0]}")
    assert visitor.path == "/h/central-hall/book"
    assert Account.asked[0]["code"] == ["CODE1"] and Account.asked[0]["secret"] == ["hush"]
    visitor.book()
    with joined.engine.connect() as connection:
        booking = connection.execute(select(Booking)).one()
    assert booking.channel == "wechat"
    assert joined.vault.person(booking.person, booking.person_kid).openid == "oABC123"


@pytest.mark.parametrize("answer", [{"errcode": 40029, "errmsg": "invalid code"}, {"openid": "oABC123"}])
def test_who_did_not_come_from_there_is_nobody_there(joined: PublicWorld, answer: dict[str, Any]) -> None:
    Account.answer = answer
    visitor = Visitor(joined)
    state = enter(visitor)["state"][0]
    if "openid" in answer:
        state = "0" * 32
    visitor.go(f"/wechat/back?code=CODE1&state={state}")
    assert len(Account.asked) == (0 if "openid" in answer else 1)
    visitor.book()
    with joined.engine.connect() as connection:
        booking = connection.execute(select(Booking)).one()
    assert booking.channel == "wechat", "booking goes on all the same"
    assert joined.vault.person(booking.person, booking.person_kid).openid == ""


# --- result notices --------------------------------------------------------------


@pytest.fixture
def notice(public: PublicWorld) -> str:
    """The code of a notice that something could not be done."""
    Visitor(public).book()
    reasons = [{"id": "lapsed", "name": {"en": "The card has lapsed", "zh": "证件过期"},
                "solution": {"en": "Bring a valid one", "zh": "请携带有效证件"}}]  # fmt: skip
    with writing(public.engine).begin() as connection:
        booking = connection.execute(select(Booking)).one()
        connection.execute(
            insert(CatalogueRow).values(
                node="node-9", hall="other", version=1, catalogue={"failure_reasons": reasons}, at=0
            )
        )
        connection.execute(
            insert(ENotice).values(
                code="RESULT2345", booking=booking.id, node="node-9", ticket="t", number="N-17", outcome="failure",
                note="", collect="window 3, from Monday", failure="lapsed", at=public.at,
            )
        )  # fmt: skip
    return "RESULT2345"


def viewed(public: PublicWorld) -> int | None:
    with public.engine.connect() as connection:
        return connection.scalar(select(ENotice.viewed_at))


@pytest.mark.clause("S0-42")
def test_a_result_notice_is_looked_up_and_its_reading_noted(public: PublicWorld, notice: str) -> None:
    visitor = Visitor(public)
    page = visitor.go(links.enotice(notice))
    assert f'value="{notice}"' in page and "N-17" not in page and viewed(public) is None
    assert "No notice has this code" in words_of(visitor.send(404, tail="0002")) and viewed(public) is None
    page = words_of(visitor.send(code=notice, tail="0001"))
    assert "Not done" in page and "The card has lapsed" in page and "Bring a valid one" in page
    assert "window 3, from Monday" in page and viewed(public) == public.at
    public.at += 60_000
    visitor.go("/results")
    assert viewed(public) == public.at - 60_000, "when it was read first"
    visitor.send()
    assert "Look up a result notice" in words_of(visitor.go("/results")), "it was closed"


@pytest.mark.clause("S0-42")
def test_the_notices_of_a_booking_stand_on_its_page(public: PublicWorld, notice: str) -> None:
    visitor = Visitor(public, language="zh")
    with public.engine.connect() as connection:
        code = connection.scalar(select(Booking.code))
    visitor.go("/b")
    page = words_of(visitor.send(code=code, tail="0001"))
    assert "N-17" in page and "证件过期" in page and "请携带有效证件" in page and viewed(public) is not None
