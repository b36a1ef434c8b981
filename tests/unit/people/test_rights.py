"""Roles, what each may do, and in which halls."""

import pytest

from central.people import roles
from central.people.roles import BUNDLES, RIGHT_NAMES, RIGHTS, ROLES, STAFF_ROLES, expanded, may, rights_of
from central.people.scope import Staff, allowed

READING = {"figures.see", "records.see", "book.see", "deliveries.see", "audit.see"}


@pytest.mark.clause("S3-2")
def test_the_sixteen_roles_of_the_regulations_are_there_with_both_names() -> None:
    assert len(ROLES) == 16
    assert {"receptionist", "concierge", "operator"} <= set(ROLES)
    for role in ROLES.values():
        assert role.name["zh"] and role.name["en"]
    assert set(RIGHT_NAMES) == set(RIGHTS)


def test_an_auditor_reads_and_does_nothing_else() -> None:
    assert rights_of(["auditor"]) == READING


def test_nobody_who_manages_people_looks_behind_a_mask_by_the_same_role() -> None:
    for role in ROLES.values():
        assert not {"people.edit", "person.unmask"} <= role.rights
        assert not {"audit.see", "person.unmask"} <= role.rights


def test_every_right_is_somebodys_and_a_customer_has_none() -> None:
    assert rights_of(ROLES) == set(RIGHTS)
    assert not ROLES["customer"].rights
    assert "customer" not in STAFF_ROLES


def test_several_roles_give_what_each_gives_and_an_unknown_one_nothing() -> None:
    assert may(["receptionist", "reviewer"], "book.assist") and may(["receptionist", "reviewer"], "book.review")
    assert not may(["king"], "book.see")
    assert not may([], "figures.see")


def test_bundles_open_into_roles_in_one_order() -> None:
    assert expanded(["office", "reviewer", "office"]) == ("reviewer", "hall-head")
    assert set(BUNDLES["admin"]) <= set(STAFF_ROLES)
    for wrong in ("king", "customer"):
        with pytest.raises(ValueError, match=wrong):
            expanded([wrong])


def test_a_right_holds_in_the_halls_somebody_works_for() -> None:
    everywhere, here = Staff("a", ("reviewer",)), Staff("b", ("reviewer",), ("east",))
    assert everywhere.may("book.review", "west")
    assert here.may("book.review", "east") and here.may("book.review")
    assert not here.may("book.review", "west")
    assert not here.may("orders.give", "east")
    assert allowed((), "east") and not allowed(("west",), "east")
    assert isinstance(roles.RIGHTS, tuple)
