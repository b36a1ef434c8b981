"""What the API says is there in both languages, with the same facts in it."""

import re

from central.api.sentences import SENTENCES
from words import messages


def test_every_sentence_has_chinese_words_with_the_same_facts() -> None:
    chinese = messages("central", "channels", "zh")
    for sentence in SENTENCES.values():
        assert sentence in chinese, sentence
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", chinese[sentence]))
