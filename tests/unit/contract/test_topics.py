import pytest

from contract import topics


def test_names_go_there_and_back() -> None:
    for name in topics.UP:
        assert topics.parse(topics.up("bank-1", name)) == ("bank-1", "up", name)
    for name in topics.DOWN:
        assert topics.parse(topics.down("bank-1", name)) == ("bank-1", "down", name)
    assert topics.up("bank-1", "events") == "hk/1/bank-1/up/events"


@pytest.mark.parametrize(
    "topic",
    ["", "hk/1/centre", "hk/2/a/up/events", "hk/1/a/up/welcome", "hk/1/a/down/events", "hk/1/A/up/events",
     "hk/1//up/events", "hk/1/a/up/events/", "hk/1/a/up/events\n",
     "hk/1/" + "a" * 33 + "/up/events", "hk/1/a/sideways/events"],
)  # fmt: skip
def test_what_is_not_ours_is_none(topic: str) -> None:
    assert topics.parse(topic) is None


@pytest.mark.parametrize("node", ["", "Bank", "a/b", "+", "#", "a" * 33, "a\n", "_centre"])
def test_a_bad_node_name_makes_no_topic(node: str) -> None:
    with pytest.raises(ValueError, match="node name"):
        topics.up(node, "events")
    with pytest.raises(ValueError, match="node name"):
        topics.all_down(node)


def test_a_name_of_the_other_direction_makes_no_topic() -> None:
    with pytest.raises(ValueError, match="up has no topic 'ack'"):
        topics.up("a", "ack")
    with pytest.raises(ValueError, match="down has no topic 'events'"):
        topics.down("a", "events")
