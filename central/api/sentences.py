"""What a program is told when it asks wrongly. A sentence is a message id of the domain "channels"; `why` is the code
that programs go by."""

from typing import Any

from central.errors import CentralError
from words import catalogue

SENTENCES = {
    # who asks
    "key_missing": "Send the key of your channel in the header Authorization: Bearer hk_…",
    "key_wrong": "This key is not known, or it was revoked.",
    "too_often": "You ask too often. Wait {seconds} s.",
    "hall_not_yours": "This key is not for that hall.",
    # what is asked
    "nothing_here": "There is nothing at this address.",
    "method": "This address does not take that method.",
    "too_large": "A request has at most {most} bytes.",
    "json_invalid": "The body is no JSON that can be read: {error}.",
    "body_missing": "Send a JSON object, with the header Content-Type: application/json.",
    "missing": "{field}: give it.",
    "extra_forbidden": "{field}: not known here; see openapi.json for what is.",
    "string_type": "{field}: write a text.",
    "string_too_long": "{field}: at most {most} characters.",
    "string_too_short": "{field}: too short, give {least} or more characters.",
    "unprintable": "{field}: has signs that cannot be printed.",
    "pattern": "{field}: not written as it must be; see openapi.json.",
    "date": "{field}: give a day such as 2026-11-23.",
    "choice": "{field}: one of {expected}.",
    "number": "{field}: give a whole number from {least} to {most}.",
    "bool": "{field}: true or false.",
    "list": "{field}: give a list.",
    "object": "{field}: give an object.",
    "too_many": "{field}: at most {most} of them.",
    "invalid": "{field}: this cannot be right; see openapi.json.",
    # webhooks
    "webhook_unknown": "There is no such webhook of yours.",
    "webhooks_many": "A key has at most {most} webhooks; remove one first.",
    "delivery_unknown": "There is no such delivery.",
    "url_strange": "{field}: give an address such as https://example.org/hooks, without a name or a password in it.",
    "url_https": "{field}: only https is sent to.",
    "url_private": "{field}: an address that the public network does not reach is not sent to.",
}
_STATUS = {
    "key_missing": 401, "key_wrong": 401, "too_often": 429, "hall_not_yours": 403, "nothing_here": 404, "method": 405,
    "webhooks_many": 409, "too_large": 413, "webhook_unknown": 404, "delivery_unknown": 404,
}  # fmt: skip
_CODES = {
    "key_missing": "login", "key_wrong": "login", "hall_not_yours": "forbidden", "nothing_here": "unknown",
    "webhook_unknown": "unknown", "delivery_unknown": "unknown",
}  # fmt: skip


class ApiRefused(CentralError):
    """`why`: a key of SENTENCES. `headers` go with the answer."""

    def __init__(self, why: str, field: str | None = None, *, headers: dict[str, str] | None = None, **facts: Any):
        facts = {"field": field or ""} | facts
        super().__init__(SENTENCES[why].format(**facts), field)
        self.code = _CODES.get(why, why if why in _STATUS else "invalid")
        self.status = _STATUS.get(why, 422)
        self.headers = headers or {}
        self._why, self._facts = why, facts

    def said(self, language: str, called: str | None = None) -> str:
        """`called`: what a form calls the field."""
        return sentence(self._why, language, **self._facts | ({"field": called} if called else {}))


def sentence(why: str, language: str, **facts: Any) -> str:
    """One of SENTENCES in a language."""
    return catalogue("central", "channels", language).gettext(SENTENCES[why]).format(**facts)
