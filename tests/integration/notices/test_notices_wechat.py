"""Subscription messages of a WeChat account, and group robots, against servers on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest
from apprise import Apprise
from apprise.plugins import dingtalk, feishu, wecombot

from central.config_notices import WeChat, WeChatTemplate
from central.errors import Invalid
from central.notices.staff import StaffRobots, robot_address
from central.notices.ways import Later, Message, Refused, Told
from central.notices.wechat import WeChatAccount
from tests.gateway import Gateway, Request

TEMPLATE = WeChatTemplate("tpl-1", {"thing1": "{matter}", "time2": "{date} {time}", "thing3": "{notes}"})
MESSAGE = Message(
    id="m1", event="booking.confirmed", address="oABC", language="zh", body="预约成功", subject="预约",
    facts={"matter": "养老金" * 10, "date": "8月2日", "time": "09:00", "link": "https://halls.example.org/b/A"},
)  # fmt: skip


@pytest.fixture
def server() -> Iterator[Gateway]:
    server = Gateway()
    yield server
    server.close()


def account(server: Gateway) -> WeChatAccount:
    return WeChatAccount(
        WeChat(app_id="wx1", secret="s", api=server.url, templates={"booking.confirmed": TEMPLATE}, timeout_s=30)
    )


def token(lasts: int = 7200, name: str = "t1") -> Any:
    return 200, {"access_token": name, "expires_in": lasts}


def test_a_customer_who_came_from_wechat_is_told_there(server: Gateway) -> None:
    server.plan = [token(), (200, {"errcode": 0, "errmsg": "ok", "msgid": 77}), (200, {"errcode": 0})]
    way = account(server)
    assert way.send(MESSAGE) == Told("77") and way.send(MESSAGE) == Told("")
    asked, sent, again = server.asked
    assert asked.said == {"grant_type": "client_credential", "appid": "wx1", "secret": "s"}
    assert sent.path.endswith("bizsend?access_token=t1") and again.path == sent.path, "the token is kept"
    assert sent.said["touser"] == "oABC" and sent.said["template_id"] == "tpl-1"
    assert sent.said["page"] == "https://halls.example.org/b/A"
    values = {key: one["value"] for key, one in sent.said["data"].items()}
    assert values == {"thing1": ("养老金" * 10)[:19] + "…", "time2": "8月2日 09:00", "thing3": "-"}


def test_a_token_that_is_over_is_asked_for_anew_once(server: Gateway) -> None:
    server.plan = [token(), (200, {"errcode": 42001, "errmsg": "expired"}), token(name="t2"), (200, {"errcode": 0})]
    assert account(server).send(MESSAGE) == Told("")
    assert server.asked[-1].path.endswith("access_token=t2") and len(server.asked) == 4


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [
        ([token(), (200, {"errcode": 43101, "errmsg": "user refuses"})], Refused),
        ([token(), (200, {"errcode": 45009, "errmsg": "limit"})], Later),
        ([(200, {"errcode": 40164, "errmsg": "not in whitelist"})], Later),
        ([token(), (502, {})], Later),
        ([(200, b"<html>")], Later),
    ],
    ids=["not subscribed", "too many", "no token", "away", "no JSON"],
)
def test_what_wechat_does_not_take_is_told_apart(server: Gateway, plan: list[Any], outcome: type) -> None:
    server.plan = plan
    assert isinstance(account(server).send(MESSAGE), outcome)


def test_an_event_without_a_template_is_not_told_there(server: Gateway) -> None:
    odd = Message(id="m", event="booking.void", address="o", language="zh", body="")
    assert isinstance(account(server).send(odd), Refused) and not server.asked


@pytest.mark.parametrize(
    ("channel", "address", "plugin", "where"),
    [
        (
            "wecom",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-aaaa",
            wecombot.NotifyWeComBot,
            "{key}",
        ),
        (
            "dingtalk",
            "https://oapi.dingtalk.com/robot/send?access_token=abc12345678",
            dingtalk.NotifyDingTalk,
            "{token}",
        ),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-1234-efgh", feishu.NotifyFeishu, "{token}"),
    ],
)
def test_group_robots_are_told_through_apprise(
    server: Gateway, monkeypatch: pytest.MonkeyPatch, channel: str, address: str, plugin: Any, where: str
) -> None:
    # The platforms' hosts stand in the plug-ins; here they are a server on loopback, all else is as it is.
    monkeypatch.setattr(plugin, "notify_url", f"{server.url}/robot/{where}")
    seen: list[Request] = []

    def take(request: Request) -> tuple[int, Any]:
        seen.append(request)
        return 200, {"errcode": 0, "code": 0}

    server.plan = [take, (500, {})]
    message = Message(id="m", event="alert.begun", address=robot_address(channel, address), language="zh",
                      subject="大厅离线", body="城东大厅 离线 3 分钟")  # fmt: skip
    assert StaffRobots().send(message) == Told()
    assert "城东大厅 离线 3 分钟" in seen[0].body.decode().encode().decode("unicode_escape", "ignore") or (
        "城东大厅 离线 3 分钟" in str(seen[0].said)
    )
    assert isinstance(StaffRobots().send(message), Later)


def test_a_robots_address_is_taken_as_the_platform_shows_it() -> None:
    assert robot_address("wecom", " 0a1b2c3d-aaaa ") == "wecombot://0a1b2c3d-aaaa/"
    signed = robot_address("dingtalk", "abc12345678", "SECabcdef")
    robot = Apprise.instantiate(signed)
    assert isinstance(robot, dingtalk.NotifyDingTalk) and robot.secret == "SECabcdef" and robot.token == "abc12345678"
    for channel, text, secret in (
        ("wecom", "https://evil.example.org/cgi-bin/webhook/send?key=0a1b2c3d", ""),
        ("feishu", "json://127.0.0.1/", ""),
        ("dingtalk", "abc12345678", "key"),
    ):
        with pytest.raises(Invalid):
            robot_address(channel, text, secret)


def test_an_address_nobody_understands_is_refused() -> None:
    odd = Message(id="m", event="alert.begun", address="nonsense://x", language="zh", body="x")
    assert isinstance(StaffRobots().send(odd), Refused)
