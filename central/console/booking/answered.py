"""A customer's answer to a question of the matter, in the reader's language where it was chosen."""

from collections.abc import Mapping
from typing import Any

from central.console.language import said


def answer_said(question: Mapping[str, Any], answer: str) -> str:
    """`question`: as a row of `matters` has it; `answer`: the id of a choice, or the customer's own words."""
    texts = {one["id"]: one["text"] for one in question.get("choices", ())}
    return said(texts.get(answer), answer)
