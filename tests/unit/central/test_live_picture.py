"""The live picture: a pure fold, what a restart finds in the database, and bells that ring."""

import asyncio

import msgspec

from central import live
from central.board import DOUBT_MS, News, card
from central.ingest.inbox import Inbox, Message
from contract import messages
from contract.chain import GENESIS
from contract.events import EpochBegun
from tests.centre import CentreBench
from tests.fakenode import NOON, FakeNode, day

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
        news = await asyncio.wait_for(anext(stream), 60)
        seen.append(news.state_at or 0)
        picture.change([live.StateArrived("bank", state(50), 50)])
        seen.append((await asyncio.wait_for(anext(stream), 60)).state_at or 0)
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
            await asyncio.wait_for(waiting, 60)

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


def pictures(centre: CentreBench) -> list[News]:
    """As the running centre has it, and as one that starts now reads it."""
    followed, restarted = live.Live(), live.Live()
    followed.load([NEWS])
    followed.change(centre.changes)
    restarted.load(live.read(centre.database))
    return [*followed.news(), *restarted.news()]


def whats(news: News, at: int = NOON) -> list[str]:
    return [each.what for each in card(news, at).troubles]


def used_leases(centre: CentreBench, node: FakeNode) -> list[str | None]:
    """Those of four hellos, one after the other."""
    images = []
    for _ in range(4):
        centre.say(node.hello())
        images.append(node.lease)
        node.lease = centre.one("nodes")["lease_offered"]
    return images


def test_a_clone_beside_the_node_does_not_make_the_node_a_quarantined_one(centre: CentreBench) -> None:
    """Its lease is stale, and it stands aside; who speaks for the hall was told to continue."""
    node = centre.enrol(FakeNode("bank"))
    lease, own = used_leases(centre, node)[1], (node.lease, node.boot)
    centre.say(node.link())
    node.lease, node.boot = lease, "boot-of-the-clone"
    centre.say(node.hello())
    for news in pictures(centre):
        assert (news.verdict, news.aside, news.doubt_at) == ("continue", True, None)
        assert "aside" in whats(news) and not {"verdict", "twin"} & set(whats(news))
    node.lease, node.boot = own
    node.conn += 1
    centre.say(node.hello())
    assert [news.aside for news in pictures(centre)] == [True, True], "the office has yet to decide"


def test_an_old_image_is_said_until_its_new_epoch_goes_on(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.lease = used_leases(centre, node)[1]
    centre.say(node.link(online=False))
    node.boot = "boot-of-the-image"
    node.record(*day(1))
    centre.say(node.hello())
    for news in pictures(centre):
        assert (news.verdict, news.aside) == ("new_epoch", False)
        assert {"verdict", "twin"} <= set(whats(news)) and "twin" not in whats(news, NOON + DOUBT_MS)
    new = FakeNode("bank", epoch="01J00000000000000000000002")
    new.boot, new.conn, new.lease = node.boot, node.conn + 1, centre.one("nodes")["lease_offered"]
    new.record(EpochBegun(node.epoch, "the centre", node.last))
    begun = messages.StreamHead(new.epoch, node.epoch, 1, GENESIS.hex(), new.last, new.hashes[-1].hex())
    centre.say(new.hello(streams=[begun]))
    for news in pictures(centre):
        assert (news.verdict, news.doubt_at) == ("continue", None)
        assert not {"verdict", "twin"} & set(whats(news))
