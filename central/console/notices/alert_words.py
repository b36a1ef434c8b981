"""The names of alerts and of the ways to persons, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import lazy_gettext as _

KINDS: Mapping[str, Any] = {
    "offline": _("hall offline"),
    "device": _("device failed"),
    "wait": _("long wait"),
    "alarm": _("alarm in the hall"),
    "deadline": _("deadline near or passed"),
    "excess": _("booking to be looked at"),
    "calendar": _("calendar incomplete"),
    "link": _("broker not reached"),
    "copy": _("node's card used twice"),
}
COLOURS = {"offline": "red", "alarm": "red", "link": "red", "copy": "red", "device": "orange", "wait": "orange"}
WAYS: Mapping[str, Any] = {
    "email": _("E-mail message"),
    "wecom": _("WeCom group robot"),
    "dingtalk": _("DingTalk group robot"),
    "feishu": _("Feishu group robot"),
    "sms": _("Text message"),
}
