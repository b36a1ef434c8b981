"""Group robots of WeCom, DingTalk and Feishu, through apprise.

These answer 200 also to what they do not take (a wrong key, too many a minute), and apprise goes by that: whether
messages arrive is seen by sending one for trial.
"""

import re
from urllib.parse import quote

from apprise import Apprise, NotifyBase

from central.errors import Invalid
from central.notices.ways import Later, Message, Outcome, Refused, Told

SCHEMES = {"wecom": "wecombot", "dingtalk": "dingtalk", "feishu": "feishu"}
_TOKENS = {
    "wecom": re.compile(r"(?:https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)?([A-Za-z0-9_-]{8,})"),
    "dingtalk": re.compile(r"(?:https://oapi\.dingtalk\.com/robot/send\?access_token=)?([A-Za-z0-9]{8,})"),
    "feishu": re.compile(r"(?:https://open\.feishu\.cn/open-apis/bot/v2/hook/)?([A-Za-z0-9_-]{8,})/?"),
}


class StaffRobots:
    """A `Way`. The address is a URL of apprise."""

    name = "staff"
    refusals = 1
    give_up_ms = 6 * 3_600_000

    def send(self, message: Message) -> Outcome:
        robot = Apprise.instantiate(message.address)
        if not isinstance(robot, NotifyBase):
            return Refused("this address of a group robot is not understood")
        if robot.notify(title=message.subject, body=message.body):
            return Told()
        return Later("the group robot's server did not take it")

    def close(self) -> None:
        """Nothing stays open."""


def robot_address(channel: str, text: str, signing: str = "") -> str:
    """The URL of apprise for what a platform shows: the robot's webhook address, or the key in it.

    `channel`: wecom, dingtalk or feishu; `signing`: DingTalk's signing secret (加签), if it has one. Raises Invalid.
    """
    found = _TOKENS[channel].fullmatch(text.strip())
    if found is None:
        raise Invalid("This is no webhook address of a group robot: copy it as the platform shows it.", "address")
    if signing and not re.fullmatch(r"SEC[A-Za-z0-9]+", signing.strip()):
        raise Invalid("The signing secret begins with SEC: copy it as DingTalk shows it.", "signing")
    before = f"{quote(signing.strip())}@" if signing and channel == "dingtalk" else ""
    return f"{SCHEMES[channel]}://{before}{found[1]}/"
