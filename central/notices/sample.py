"""PURE: made-up facts, to see how a text reads."""

from typing import Any

from central.notices import facts, wording
from central.notices.facts import Masters
from central.notices.words import Wording

_MASTERS = Masters(
    hall={"zh": "城东政务服务大厅", "en": "East Government Hall"},
    address={"zh": "东风路 12 号", "en": "12 Dongfeng Road"},
    hall_phone="010-5555 0100",
    type={"zh": "社会保险", "en": "Social insurance"},
    matter={"zh": "养老金待遇资格认证", "en": "Pension confirmation"},
    notes={"zh": "请带身份证原件", "en": "Bring your original identity card"},
)
_NINE = 1_785_718_800_000
"""2026-08-03 09:00 in Shanghai."""
_FACTS: dict[str, Any] = {
    "code": "K7Q29XFM3TRP",
    "name": "李*",
    "starts_at": _NINE,
    "ends_at": _NINE + 1_800_000,
    "deadline": _NINE - 7_200_000,
    "resumes_at": _NINE + 86_400_000,
    "faults": [{"text": {"zh": "姓名与证件不一致", "en": "The name differs from the document"}}],
    "reason": {"zh": "所选时段已约满", "en": "The time chosen is full"},
    "link": "https://halls.example.org/b/K7Q29XFM3TRP",
    "number": "R20260803-017",
    "outcome": {"zh": "办理成功", "en": "granted"},
    "collect": {"zh": "3 号窗口，凭身份证领取", "en": "Window 3, with your identity card"},
}


def sample(language: str) -> dict[str, str]:
    """Every placeholder, filled."""
    return facts.said(_FACTS, _MASTERS, language)


def shown(text: Wording, language: str) -> Wording:
    """The text as somebody would read it."""
    known = sample(language)
    return Wording(wording.fill(text.body, known), wording.fill(text.subject, known), text.gateway_id)
