import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import wire
from contract.directives import Directive
from contract.errors import WireError
from contract.events import ServiceStarted, encode
from contract.messages import Ack, CentreNotice, Directives, Events, Hello, LinkReport, Lost, Refused, Taken, Welcome

ZERO = "0" * 64


def event(seq: int, ticket: str = "20261122-A001") -> bytes:
    return encode(ServiceStarted(ticket, "1", "wang"), seq=seq, boot="b1", mono_ms=5, at=6, synced=True)


def batch(*raws: bytes, first: int = 1) -> bytes:
    return msgspec.json.encode(Events("b1", 1, "E1", first, ZERO, [msgspec.Raw(raw) for raw in raws]))


def exact(found: Events) -> list[bytes]:
    return [bytes(raw) for raw in found.events]


def put(raw: bytes, field: str, value: bytes) -> bytes:
    document = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return msgspec.json.encode(document | {field: msgspec.Raw(value)})


def test_messages_survive_the_wire() -> None:
    data = msgspec.Raw(b'{"code": "X",  "odd":[1,{"a":null}]}')
    for message in (
        CentreNotice("g1"),
        Taken(3, "g1", 0),
        Ack("b", 1, "g", "E", 4, ZERO, [Refused(5, 6, "why")]),
        Lost("E", 1, 4, "", ZERO, "pruned"),
        LinkReport(False, "b", 9),
        Directives("b", 1, "g", 1, [Directive(1, "id-1", "command", 30, "NewThing", data, "sig")]),
    ):
        assert wire.decode(wire.encode(message), type(message)) == message


def test_from_is_from_on_the_wire() -> None:
    assert b'"from":5' in wire.encode(Refused(5, 6, "why"))
    assert b'"from":1' in wire.encode(Lost("E", 1, 4, "", ZERO, "pruned"))


def test_a_newer_peer_may_say_more() -> None:
    assert wire.decode(b'{"generation":"g","more":[1]}', CentreNotice) == CentreNotice("g")


@pytest.mark.fault("F33")
@pytest.mark.parametrize(
    ("cls", "payload", "field"),
    [
        (Taken, b'{"conn":1,"generation":"g","seq":"4"}', "seq"),
        (Taken, b'{"conn":1,"generation":"g","seq":4.5}', "seq"),
        (Taken, b'{"conn":1,"generation":"g"}', "seq"),
        (Taken, b'{"conn":1,"generation":"g","seq":-1}', "seq"),
        (Taken, b'{"conn":1,"generation":"g","seq":9223372036854775808}', "seq"),
        (Taken, b'{"conn":1,"generation":"g","seq":' + b"9" * 6000 + b"}", "seq"),
        (Taken, b'{"conn":1,"generation":"","seq":4}', "generation"),
        (Taken, b'{"conn":1,"generation":"a b","seq":4}', "generation"),
        (Taken, b'{"conn":1,"generation":"' + b"g" * 200 + b'","seq":4}', "generation"),
        (Taken, b'{"conn":1,"generation":"\xff","seq":4}', ""),
        (Taken, b'{"conn":NaN,"generation":"g","seq":4}', ""),
        (Taken, b'{"conn":1,"generation":"g","seq":4}x', ""),
        (Taken, b"", ""),
        (Taken, b"null", ""),
        (Taken, b"[" * 60_000, ""),
        (Taken, b'{"x":' + b"[" * 60_000, ""),
        (Taken, b"{" + b" " * 70_000 + b"}", ""),
        (Lost, b'{"epoch":"E","from":5,"to":4,"prev_hash":"","next_hash":"' + b"0" * 64 + b'","reason":""}', "from"),
        (Lost, b'{"epoch":"E","from":1,"to":4,"prev_hash":"","next_hash":"","reason":""}', "next_hash"),
        (Lost, b'{"epoch":"E","from":1,"to":4,"prev_hash":"","next_hash":"%b","reason":""}' % (b"A" * 64), "next_hash"),
        (Directives, b'{"boot":"b","conn":1,"generation":"g","first":1,"directives":[{"seq":1}]}', "directives[0].id"),
        (Directives, b'{"boot":"b","conn":1,"generation":"g","first":1,"directives":[{"seq":1,"id":"i","kind":"fact",'
         b'"ttl_s":null,"type":"T","data":{"a":"\xff"},"sig":""}]}', "directives[0].data"),
        (Directives, b'{"boot":"b","conn":1,"generation":"g","first":1,"directives":[{"seq":1,"id":"i","kind":"fact",'
         b'"ttl_s":null,"type":"T","data":' + b"[" * 40 + b"]" * 40 + b',"sig":""}]}', "directives[0].data"),
    ],
)  # fmt: skip
def test_garbage_is_named(cls: type[msgspec.Struct], payload: bytes, field: str) -> None:
    with pytest.raises(WireError) as error:
        wire.decode(payload, cls)
    assert (error.value.message, error.value.field) == (cls.__name__, field)


@given(st.binary(max_size=300), st.sampled_from([*wire.UP.values(), *wire.DOWN.values(), CentreNotice]))
def test_any_bytes_raise_nothing_but_wire_errors(payload: bytes, cls: type[msgspec.Struct]) -> None:
    for opened in (lambda: wire.decode(payload, cls), lambda: wire.events(payload), lambda: wire.envelope(payload)):
        with pytest.raises(WireError):
            opened()


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_spoilt_batch_raises_nothing_else_and_invents_no_events(where: int, spoil: bytes) -> None:
    raws = [event(seq) for seq in (1, 2, 3)]
    payload = batch(*raws)
    payload = payload[:where] + spoil + payload[where + len(spoil) :]
    try:
        found = wire.events(payload)
    except WireError:
        return
    assert b"".join(exact(found)).replace(b",", b"") == payload.partition(b'"events":[')[2][:-2].replace(b",", b"")


def test_too_large_is_never_sent() -> None:
    with pytest.raises(WireError, match="65536"):
        wire.encode(CentreNotice("g" * 70_000))


def test_events_keep_their_exact_bytes() -> None:
    odd = b'{"seq":2, "boot" : "b1","mono_ms":5,"at":6,"synced":true,"type":"New","v":9,"data":{"a":[1.50]},"new":0}'
    found = wire.events(batch(event(1), odd))
    assert exact(found) == [event(1), odd]
    assert wire.envelope(odd, 2).type == "New"


@pytest.mark.fault("F33")
@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (put(event(2), "data", b'{"a":NaN}'), ""),
        (put(event(2), "data", b'{"a":Infinity}'), ""),
        (put(event(2), "data", b'{"a":1e999}'), ""),
        (put(event(2), "data", b'{"a":"\xff"}'), ""),
        (put(event(2), "data", b'{"a":"\xed\xa0\x80"}'), ""),
        (put(event(2), "data", b"[" * 40 + b"]" * 40), ""),
        (put(event(2), "data", b'{"a":"' + b"x" * 17_000 + b'"}'), ""),
        (put(event(2), "data", b"[" * 5000), ""),
        (event(2)[:-1], ""),
        (put(event(2), "seq", b"-2"), "seq"),
        (put(event(2), "at", b'"noon"'), "at"),
        (put(event(2), "at", b"1" + b"0" * 30), "at"),
        (put(event(2), "type", b'""'), "type"),
        (put(event(2), "boot", b"null"), "boot"),
        (put(event(2), "synced", b"1"), "synced"),
    ],
)
def test_a_bad_event_is_told_and_its_neighbours_are_saved(raw: bytes, field: str) -> None:
    found = wire.events(batch(event(1), raw, event(3)))
    assert exact(found) == [event(1), raw, event(3)]
    with pytest.raises(WireError) as error:
        wire.envelope(raw, 2)
    assert (error.value.message, error.value.field) == ("Envelope", field)
    assert exact(wire.events(batch(raw, first=2))) == [raw], "alone it arrives byte for byte"


@pytest.mark.fault("F33")
@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"", b"]}", b"null", b'{"seq":7}', event(3)])
def test_what_cannot_even_be_cut_arrives_whole_when_it_comes_alone(raw: bytes) -> None:
    if raw:
        assert exact(wire.events(batch(raw, first=2))) == [raw]
    with pytest.raises(WireError):
        wire.envelope(raw, 2)


def test_deep_is_counted_outside_strings() -> None:
    brackets = put(event(2), "data", b'{"a":"' + b"[{" * 50 + b'\\"[["}')
    assert wire.envelope(brackets, 2).seq == 2


@pytest.mark.parametrize("payload", [batch(), batch(event(1), first=0), batch(event(1), first=2**63 - 1)])
def test_a_batch_has_events_and_a_number(payload: bytes) -> None:
    with pytest.raises(WireError):
        wire.events(payload)


def test_a_batch_larger_than_the_limit_is_refused_whole() -> None:
    with pytest.raises(WireError, match="65536"):
        wire.events(batch(*[event(seq, "x" * 15_000) for seq in range(1, 6)]))


def test_hello_and_welcome_name_the_field_deep_inside() -> None:
    hello = b'{"proto":1,"boot":"b","conn":1,"hw":"h","version":"v","lease":null,"streams":[{"epoch":"E",' \
            b'"prev_epoch":null,"first":1,"prev_hash":"%b","last":3,"last_hash":"xyz"}],' \
            b'"seen":{"generation":null,"acked":null},' \
            b'"directive":{"generation":null,"seq":0}}' % ZERO.encode()  # fmt: skip
    with pytest.raises(WireError) as error:
        wire.decode(hello, Hello)
    assert error.value.field == "streams[0].last_hash"
    with pytest.raises(WireError) as error:
        wire.decode(b'{"boot":"b","conn":1,"generation":"g","verdict":"perhaps"}', Welcome)
    assert error.value.field == "verdict"


@given(st.lists(st.integers(0, 50)), st.integers(0, 200))
def test_fitting_fills_the_room_and_never_more(sizes: list[int], room: int) -> None:
    count = wire.fitting(sizes, room)
    joined = sum(sizes[:count]) + max(0, count - 1)
    assert count >= min(1, len(sizes))
    assert count <= 1 or joined <= room
    assert count == len(sizes) or joined + 1 + sizes[count] > room
