"""PURE: what a customer's full details may be looked at for. A view without one of these and some words is refused."""

from collections.abc import Mapping
from typing import NamedTuple

from central.errors import Invalid

SHORTEST, LONGEST = 5, 200
"""Characters of the words."""
PURPOSES: Mapping[str, Mapping[str, str]] = {
    "call": {"zh": "电话联系客户", "en": "to call the customer"},
    "identity": {"zh": "核对身份", "en": "to check the identity"},
    "correct": {"zh": "更正登记信息", "en": "to correct the details"},
    "complaint": {"zh": "处理投诉", "en": "to handle a complaint"},
    "authority": {"zh": "有权机关依法查询", "en": "asked by an authority"},
    "other": {"zh": "其他", "en": "other"},
}


class Purpose(NamedTuple):
    """`kind`: one of PURPOSES; `words`: the person's own."""

    kind: str
    words: str


def stated(purpose: Purpose) -> str:
    """As the audit trail keeps it: `call: missed her slot, wants another`. Raises Invalid with what to do."""
    words = " ".join(purpose.words.split())
    if purpose.kind not in PURPOSES:
        raise Invalid("Choose what you need the details for.", "purpose")
    if len(words) < SHORTEST:
        raise Invalid("Say in a few words what you need the details for: 5 characters at least.", "words")
    if len(words) > LONGEST or not words.isprintable():
        raise Invalid("Say it in 200 characters at most.", "words")
    return f"{purpose.kind}: {words}"
