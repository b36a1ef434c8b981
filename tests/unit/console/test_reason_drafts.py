"""Reasons offered beside their fields are said in the customer's language, and fit where they go."""

from itertools import chain

import pytest

from central.booking.changing import LONGEST_REASON
from central.booking.reviewing import FIELDS
from central.console.booking import reason_drafts as drafts

ALL = [*drafts.CANCEL, *drafts.REFUSE, *chain(*drafts.MEND.values())]


@pytest.mark.parametrize("reason", ALL)
def test_each_has_chinese_words_and_is_short_enough(reason: str) -> None:
    [chinese], [english] = drafts.said([reason], "zh"), drafts.said([reason], "en")
    assert english == reason and chinese != reason
    assert max(len(english), len(chinese)) <= LONGEST_REASON


def test_what_is_to_be_mended_is_offered_by_its_field() -> None:
    assert set(drafts.MEND) <= set(FIELDS)
    assert drafts.mends("zh")["phone"] == ["该号码无法接通，请另留号码。"]
