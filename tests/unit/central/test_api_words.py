"""What the API says is there in both languages, with the same facts in it."""

import re

from central.api.sentences import SENTENCES
from central.console.channels import words as channel_words
from central.console.language import DOMAINS
from words import messages


def test_every_sentence_has_chinese_words_with_the_same_facts() -> None:
    chinese = messages("central", "channels", "zh")
    for sentence in SENTENCES.values():
        assert sentence in chinese, sentence
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", chinese[sentence]))


def test_every_type_of_a_message_has_a_chinese_name() -> None:
    chinese = {word for domain in DOMAINS for word in messages("central", domain, "zh")}
    for words in (channel_words.TYPES, channel_words.CHANNELS, channel_words.STATES):
        for word in words.values():
            assert str(word) in chinese
