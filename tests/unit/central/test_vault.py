"""Persons are kept so that only who has the key, and asks for the right thing, can read them."""

import hashlib

import msgspec
import pytest
from nacl.encoding import Base64Encoder
from nacl.public import PublicKey, SealedBox

from central.errors import Invalid, StorageError
from central.vault import Vault
from contract.person import Person
from identity_numbers import phone_digits

OLD, NEW = "the secret of last year, long enough", "the secret of this year, long enough"
PERSON = Person("李小明", "13812341234", "a@b.cn", "resident-id", "11010519491231002X", "openid")


def sealed(vault: Vault, person: Person = PERSON) -> str:
    box = SealedBox(PublicKey(vault.seal_key.encode(), Base64Encoder))
    return bytes(box.encrypt(msgspec.json.encode(person), Base64Encoder)).decode()


def test_a_person_comes_back_whole_and_nothing_of_it_can_be_seen() -> None:
    vault = Vault(NEW)
    kept = vault.keep_person(PERSON)
    assert vault.person(kept.text, kept.kid) == PERSON
    for part in ("李小明", "13812341234", "11010519491231002X"):
        assert part.encode() not in kept.text
    assert vault.keep_person(PERSON).text != kept.text, "never the same twice"


@pytest.mark.parametrize("typed", ["13812341234", "+86 138-1234-1234", "0086 138 1234 1234"])
def test_a_mainland_number_has_the_key_under_which_bookings_have_always_been_found(typed: str) -> None:
    key = "b908beabc9047163d20dc61d4c661a8f16657cd4e4e7b752a81648981f4b051b"
    assert Vault(NEW).search_key("phone", phone_digits(typed)) == key
    assert Vault(NEW).search_key("phone", phone_digits("+1 381 234 1234")) != key


def test_what_was_kept_for_one_purpose_does_not_open_for_another() -> None:
    vault = Vault(NEW)
    kept = vault.keep(b"details", "booking details")
    assert vault.open(kept.text, kept.kid, "booking details") == b"details"
    with pytest.raises(StorageError, match="does not open"):
        vault.open(kept.text, kept.kid, "person")


def test_what_was_tampered_with_does_not_open() -> None:
    vault = Vault(NEW)
    text, kid = vault.keep(b"details", "x")
    for place in (0, 12, len(text) - 1):
        bad = bytearray(text)
        bad[place] ^= 1
        with pytest.raises(StorageError, match="changed"):
            vault.open(bytes(bad), kid, "x")
    for short in (b"", text[:5], text[:12], text[:-1]):
        with pytest.raises(StorageError, match="changed"):
            vault.open(short, kid, "x")


def test_a_new_secret_still_opens_what_the_old_one_closed() -> None:
    old, both = Vault(OLD), Vault(NEW, [OLD])
    kept = old.keep_person(PERSON)
    assert both.person(kept.text, kept.kid) == PERSON
    assert both.keep_person(PERSON).kid != kept.kid, "the new one closes from now on"
    with pytest.raises(StorageError, match=r"secrets\.previous"):
        Vault(NEW).person(kept.text, kept.kid)


def test_a_seal_of_a_hall_opens_with_the_key_it_was_made_for_also_after_a_change() -> None:
    old, both = Vault(OLD), Vault(NEW, [OLD])
    assert old.unseal(sealed(old)) == PERSON
    assert both.unseal(sealed(old)) == PERSON and both.unseal(sealed(both)) == PERSON
    with pytest.raises(Invalid, match="sealed"):
        Vault(NEW).unseal(sealed(old))
    for strange in ("", "AAAA", "not base64 at all", sealed(old)[:-8], "A" * 88, "李"):
        with pytest.raises(Invalid):
            old.unseal(strange)


def test_a_search_key_is_no_plain_hash_and_differs_by_kind_and_secret() -> None:
    vault = Vault(NEW)
    key = vault.search_key("resident-id", PERSON.id_number)
    assert key == Vault(NEW).search_key("resident-id", PERSON.id_number)
    for text in (PERSON.id_number, f"resident-id|{PERSON.id_number}"):
        assert key != hashlib.sha256(text.encode()).hexdigest()
    assert key != vault.search_key("passport", PERSON.id_number)
    assert key != Vault(OLD).search_key("resident-id", PERSON.id_number)
    both = Vault(NEW, [OLD])
    assert both.search_keys("phone", "1") == [both.search_key("phone", "1"), Vault(OLD).search_key("phone", "1")]


def test_the_keys_derived_from_one_secret_say_nothing_of_it() -> None:
    vault = Vault(NEW)
    assert NEW not in vault.seal_key and vault.seal_key != Vault(OLD).seal_key
    assert len(vault.keep(b"", "x").kid) == 12
