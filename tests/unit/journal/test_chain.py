"""The hash chain, against SHA-256 worked out by hand from protocol.md."""

import hashlib

import pytest

from contract.chain import GENESIS, link

EPOCH = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def test_a_link_is_the_hash_that_the_protocol_writes_down() -> None:
    raw = b'{"seq":258}'
    by_hand = hashlib.sha256(b"\0" * 32 + EPOCH.encode("ascii") + b"\0\0\0\0\0\0\1\2" + raw).digest()
    assert link(GENESIS, EPOCH, 258, raw) == by_hand


@pytest.mark.parametrize(
    "other",
    [
        (b"\1" + bytes(31), EPOCH, 1, b"x"),
        (GENESIS, EPOCH[:-1] + "1", 1, b"x"),
        (GENESIS, EPOCH, 2, b"x"),
        (GENESIS, EPOCH, 1, b"x "),
    ],
)
def test_every_part_counts(other: tuple[bytes, str, int, bytes]) -> None:
    assert link(*other) != link(GENESIS, EPOCH, 1, b"x")
