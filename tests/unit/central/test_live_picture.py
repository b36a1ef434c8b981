"""The live picture: a pure fold, what a restart finds in the database, and bells that ring."""

import asyncio

import msgspec

from central import live
from central.board import DOUBT_MS, News, card
from central.ingest.inbox import Inbox, Message
from contract import messages
from tests.centre import CentreBench
from tests.fakenode import NOON, FakeNode

NEWS = News(node="bank", hall="bank", name={"en": "Bank"})


def state(waiting: int = 3) -> messages.StateReport:
    report = msgspec.json.decode(FakeNode("bank").state()[1], type=messages.StateReport)
    return msgspec.structs.replace(report, seq=waiting)


def test_after_is_pure() -> None:
    online = live.after(NEWS, live.LinkChanged("bank", True, 5))
    assert (online.online, online.link_at, NEWS.online) == (True, 5, False)
    told = live.after(online, live.StateArrived("bank", state(), 9))
    assert (told.state, told.state_at, told.online) == (state(), 9, True)
    assert live.after(told, live.Judged("bank", "quarantine")).verdict == "quarantine"


def test_a_restart_finds_what_was_known(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    centre.enrol(FakeNode("never-met"))
    centre.say(node.hello(), node.link(), node.state())
    picture = live.Live()
    picture.load(live.read(centre.database))
    first, second = picture.news()
    assert (first.node, first.online, first.state_at, first.verdict) == ("bank", True, NOON, "continue")
    assert first.state is not None and first.state.services[0].waiting == 3
    assert (second.node, second.online, second.state, second.link_at) == ("never-met", False, None, None)
    followed = live.Live()
    followed.load([NEWS])
    followed.change(centre.changes)
    assert followed.news()[0].state == first.state


def test_an_unknown_node_asks_for_a_reload() -> None:
    picture = live.Live()
    picture.load([NEWS])
    assert picture.change([live.LinkChanged("bank", True, 1)])
    assert not picture.change([live.LinkChanged("newcomer", True, 1)])


def test_a_slow_listener_gets_only_the_newest() -> None:
    async def listen() -> list[int]:
        picture = live.Live()
        picture.load([NEWS])
        seen = []
        stream = picture.subscribe()
        assert (await anext(stream)).state is None
        for n in range(50):
            picture.change([live.StateArrived("bank", state(n), n)])
        await asyncio.sleep(0)  # the bell
        news = await asyncio.wait_for(anext(stream), 5)
        seen.append(news.state_at or 0)
        picture.change([live.StateArrived("bank", state(50), 50)])
        seen.append((await asyncio.wait_for(anext(stream), 5)).state_at or 0)
        await stream.aclose()  # type: ignore[attr-defined]
        assert not picture._bells, "a listener that left is forgotten"
        return seen

    assert asyncio.run(listen()) == [49, 50]


def test_the_bell_rings_from_another_thread() -> None:
    async def listen() -> None:
        picture = live.Live()
        picture.load([NEWS])
        async with picture.bell() as event:
            assert not event.is_set()
            waiting = asyncio.create_task(event.wait())
            await asyncio.sleep(0)
            await asyncio.to_thread(picture.change, [live.LinkChanged("bank", True, 1)])
            await asyncio.wait_for(waiting, 5)

    asyncio.run(listen(), debug=True)  # which refuses to be touched from another thread in the wrong way


def test_the_inbox_is_bounded_and_keeps_the_newest_state() -> None:
    inbox = Inbox(3)
    for n in range(5):
        inbox.put(Message("hk/1/bank/up/events", b"%d" % n, n))
        inbox.put(Message("hk/1/bank/up/state", b"%d" % n, n))
    assert (inbox.dropped, len(inbox)) == (2, 4)
    taken = inbox.take(2, 0)
    assert [m.payload for m in taken] == [b"0", b"1", b"4"]
    assert [m.payload for m in inbox.take(10, 0)] == [b"2"]
    assert inbox.take(10, 0) == []


def test_a_wake_is_not_lost_between_two_takes() -> None:
    inbox = Inbox(3)
    inbox.wake()
    assert inbox.take(1, 3600) == []


def test_two_nodes_of_one_name_stay_on_the_board_for_a_day(centre: CentreBench) -> None:
    """A clone began with the same image: its lease is stale, and it stands aside."""
    node = centre.enrol(FakeNode("bank"))
    images = []
    for _ in range(4):
        centre.say(node.hello())
        images.append(node.lease)
        node.lease = centre.one("nodes")["lease_offered"]
    node.lease, node.boot = images[1], "boot-of-the-clone"
    centre.changes.clear()
    centre.say(node.hello(), node.link())
    doubt_at = centre.rows("verdicts", "id")[-1]["at"]
    followed, restarted = live.Live(), live.Live()
    followed.load([NEWS])
    followed.change(centre.changes)
    restarted.load(live.read(centre.database))
    for picture in (followed, restarted):
        (news,) = picture.news()
        assert (news.verdict, news.doubt_at) == ("quarantine", doubt_at)
        assert "twin" in [each.what for each in card(news, doubt_at + DOUBT_MS - 1).troubles]
        assert "twin" not in [each.what for each in card(news, doubt_at + DOUBT_MS).troubles]
    followed.change([live.Judged("bank", "continue", "known", doubt_at + 1)])
    assert followed.news()[0].doubt_at == doubt_at, "the next hello, of the other one, does not take it away"
