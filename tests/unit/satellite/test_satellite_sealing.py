"""The cipher between satellite and node: what opens, and what must not."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import example, given
from hypothesis import strategies as st

from edge.errors import ConfigError, LinkError
from edge.satellite import messages
from edge.satellite.sealing import Opener, Sealer, connection_keys, shared_key
from edge.satellite.shared_keys import key_of, new_key

ONE, OTHER = bytes(range(32)), bytes(32)
NONCE_A, NONCE_B = b"a" * 32, b"b" * 32


def test_messages_open_in_their_order() -> None:
    sealer, opener = Sealer(ONE), Opener(ONE)
    assert [opener.open(sealer.seal(each)) for each in (b"one", b"", b"three")] == [b"one", b"", b"three"]


def test_a_frame_is_the_standards_cipher_with_its_count_as_nonce() -> None:
    sealer = Sealer(ONE)
    sealer.seal(b"zero")
    frame = sealer.seal(b"text")
    assert frame[:8] == (1).to_bytes(8, "big")
    assert ChaCha20Poly1305(ONE).decrypt(bytes(11) + b"\x01", frame[8:], frame[:8]) == b"text"


def code_of(opener: Opener, frame: bytes) -> str:
    with pytest.raises(LinkError) as closed:
        opener.open(frame)
    return closed.value.code


def test_a_wrong_key_a_repeat_a_gap_and_a_changed_frame_are_told_apart() -> None:
    sealer, opener = Sealer(ONE), Opener(ONE)
    first, second, third = sealer.seal(b"1"), sealer.seal(b"2"), sealer.seal(b"3")
    assert code_of(Opener(OTHER), first) == "wrong_key"
    opener.open(first)
    assert code_of(opener, first) == "replay"
    assert code_of(opener, third) == "replay"
    assert code_of(opener, second[:-1] + bytes([second[-1] ^ 1])) == "forged"
    # The count is authenticated: a repeat cannot be given a new one.
    assert code_of(opener, second[:8] + first[8:]) == "forged"
    assert opener.open(second) == b"2"


@given(st.binary(max_size=200))
def test_no_bytes_of_a_stranger_open(noise: bytes) -> None:
    assert code_of(Opener(ONE), noise) == "wrong_key"


def test_each_connection_direction_and_satellite_has_keys_of_its_own() -> None:
    keys = [
        *connection_keys(ONE, "window-3", NONCE_A, NONCE_B),
        *connection_keys(ONE, "window-3", NONCE_A, NONCE_A),
        *connection_keys(ONE, "window-3", NONCE_B, NONCE_B),
        *connection_keys(ONE, "window-4", NONCE_A, NONCE_B),
        *connection_keys(OTHER, "window-3", NONCE_A, NONCE_B),
    ]
    assert len(set(keys)) == 10
    assert {len(key) for key in keys} == {32}
    assert connection_keys(ONE, "window-3", NONCE_A, NONCE_B) == tuple(keys[:2])


def test_a_new_key_is_one_and_another_each_time(tmp_path) -> None:  # type: ignore[no-untyped-def]
    key = new_key()
    assert key != new_key()
    (tmp_path / "window.key").write_text(key + "\n")
    assert key_of(None, str(tmp_path / "window.key"), "satellite") == bytes.fromhex(key) == key_of(key, None, "x")


@pytest.mark.parametrize("text", ["", "5a" * 31, "5a" * 33, "xy" * 32, "5a " * 32])
def test_what_is_no_key_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        shared_key(text, "satellite.key")
    assert wrong.value.field == "satellite.key"
    assert text == "" or text not in wrong.value.detail


def test_a_key_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"/no/such/file cannot be read: No such file"):
        key_of(None, "/no/such/file", "satellites.window-3")
    with pytest.raises(ConfigError, match="needs key or key_file"):
        key_of(None, None, "satellites.window-3")


@given(st.binary(max_size=300))
@example(messages.encode(messages.Alive(1)).replace(b"alive", b"\xffliv\xff"))
@example(messages.encode(messages.Welcome(1, 2)).replace(b"welcome", b"welcom\xff"))
def test_noise_that_is_sealed_well_is_still_no_message(noise: bytes) -> None:
    for decode in (messages.from_satellite, messages.from_node):
        try:
            decode(noise)
        except messages.MALFORMED:
            continue


def test_what_is_said_arrives_as_it_was() -> None:
    state = messages.DeviceState("pad", "degraded", "why", ("next",), 0, 0)
    for said in (
        messages.Hello(1, "boot", "0.2", 5, (state,), ("next",)),
        messages.Edges(9, (messages.NumberedEdge(1, "next", True, 7),)),
        messages.State(state),
        messages.Shown("chain", 4, ""),
    ):
        assert messages.from_satellite(messages.encode(said)) == said
    assert messages.from_node(messages.encode(messages.Show("chain", 4, b"\x00\xff"))) == messages.Show(
        "chain", 4, b"\x00\xff"
    )


def test_the_largest_board_and_the_fullest_batch_fit_into_a_frame() -> None:
    largest = messages.Show("x" * 32, 2**40, bytes(512 * 64 // 8))
    edges = tuple(messages.NumberedEdge(2**40 + n, "k" * 32, True, 2**60) for n in range(64))
    for said in (largest, messages.Edges(2**60, edges)):
        assert len(messages.encode(said)) <= messages.MOST_BYTES
