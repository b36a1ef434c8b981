"""What halls are told of the matters done there: each as it is published, and each change as it comes."""

import msgspec
import pytest
from sqlalchemy import select, update

from central.audit import Actor
from central.db.engine import writing
from central.db.tables import AuditRow, DirectiveRow, HallFact
from central.db.tables import Matter as MatterRow
from central.errors import Invalid
from central.masters import entries as e
from central.masters import store, telling
from contract import directives
from contract.matters import Choice, Matter, Question, ReviewRule, ToBring
from tests.booking_halls import Halls
from tests.booking_world import World

BOSS = Actor("boss", "127.0.0.1")
YES_NO = (e.Choice(id="yes", text={"zh": "是", "en": "yes"}), e.Choice(id="no", text={"zh": "否", "en": "no"}))
JOIN = e.Matter(
    id="join",
    business_type="social",
    name={"zh": "参保登记", "en": "Joining"},
    guide={"zh": "指南", "en": "Guide"},
    steps=({"zh": "填表", "en": "Fill in"},),
    sample={"zh": "示例", "en": "Mr Li joins."},
    materials=("id-card",),
    questions=(
        e.Question(id="before", text={"en": "Insured before?"}, required=True, choices=YES_NO),
        e.Question(id="where", text={"en": "Where?"}),
    ),
    review_rules=(e.ReviewRule(id="own", text={"en": "Has no employees"}),),
    limit_days=2,
)


def save(world: World, entry: e.Entry) -> None:
    with writing(world.engine).begin() as connection:
        store.save(connection, entry, at=world.at, by=BOSS)
    world.desk.offers.forget()


def told(world: World, node: str = "hall") -> list[msgspec.Struct]:
    """What the node's log says of matters, oldest first."""
    query = select(DirectiveRow).where(DirectiveRow.node == node, DirectiveRow.type.startswith("Matter"))
    with world.engine.connect() as connection:
        rows = list(connection.execute(query.order_by(DirectiveRow.seq)))
    found = [directives.parse(row.type, msgspec.json.decode(row.data)) for row in rows]
    return [one for one in found if one is not None]


def versions(world: World) -> dict[str, int]:
    return {one.matter.id: one.matter.version for one in told(world) if isinstance(one, directives.MatterPublished)}


@pytest.mark.clause("S1-14")
def test_each_matter_is_told_whole_as_it_is_published_and_once(world: World, halls: Halls) -> None:
    save(world, JOIN)
    assert telling.tell(world.engine, world.at) == 3
    found = next(one.matter for one in told(world) if getattr(one, "matter", LOST).id == "join")  # type: ignore[attr-defined]
    assert found == Matter(
        id="join",
        version=2,
        service="social",
        name=JOIN.name,
        guide=JOIN.guide,
        steps=JOIN.steps,
        sample=JOIN.sample,
        materials=(ToBring(id="id-card", name={"zh": "身份证", "en": "ID card"}, original=True),),
        questions=(
            Question(
                id="before",
                text={"en": "Insured before?"},
                required=True,
                choices=(Choice("yes", {"zh": "是", "en": "yes"}), Choice("no", {"zh": "否", "en": "no"})),
            ),
            Question(id="where", text={"en": "Where?"}),
        ),
        review_rules=(ReviewRule("own", {"en": "Has no employees"}),),
        limit_days=2,
    )
    assert telling.tell(world.engine, world.at) == 0, "told once"


LOST = Matter(id="", version=0, service="", name={})


def test_a_change_is_told_with_the_next_version(world: World, halls: Halls) -> None:
    telling.tell(world.engine, world.at)
    save(world, JOIN)
    assert telling.tell(world.engine, world.at) == 1
    assert versions(world) == {"join": 2, "claim": 1, "transfer": 1}


@pytest.mark.clause("S1-14")
def test_another_name_of_a_material_is_another_version_of_every_matter_that_lists_it(
    world: World, halls: Halls
) -> None:
    telling.tell(world.engine, world.at)
    save(world, e.Material(id="id-card", name={"zh": "居民身份证", "en": "Identity card"}, original=True))
    assert telling.tell(world.engine, world.at) == 3
    assert set(versions(world).values()) == {2}
    with world.engine.connect() as connection:
        rows = list(connection.execute(select(AuditRow).where(AuditRow.action == "matter.changed")))
    assert {row.subject for row in rows} >= {"matter"} and len(rows) == 3, "each is on record"
    save(world, e.Material(id="stamp", name={"zh": "印章", "en": "Seal"}))
    assert telling.tell(world.engine, world.at) == 0, "no matter lists it"


def test_what_is_done_here_no_more_is_withdrawn(world: World, halls: Halls) -> None:
    telling.tell(world.engine, world.at)
    with writing(world.engine).begin() as connection:
        connection.execute(update(MatterRow).where(MatterRow.id == "claim").values(active=False))
        store.remove(connection, e.HallMatter, {"hall": "hall", "matter": "transfer"}, at=world.at, by=BOSS)
    assert telling.tell(world.engine, world.at) == 2
    gone = {one.id for one in told(world) if isinstance(one, directives.MatterWithdrawn)}
    assert gone == {"claim", "transfer"}
    with world.engine.connect() as connection:
        standing = list(connection.scalars(select(HallFact.key).where(HallFact.key.startswith("matter:"))))
    assert standing == ["matter:join"], "so a snapshot names them no more"


def test_a_matter_too_long_for_a_hall_is_refused_before_it_is_kept(world: World, halls: Halls) -> None:
    long = msgspec.structs.replace(JOIN, guide={"zh": "长" * 4000, "en": "long " * 400})
    with pytest.raises(Invalid, match="13 KiB") as refused:
        save(world, long)
    assert refused.value.field == "guide"
    telling.tell(world.engine, world.at)
    assert versions(world)["join"] == 1, "nothing of it was kept"


@pytest.mark.clause("S2-54")
def test_what_was_chosen_when_booking_reaches_the_hall_and_what_was_written_does_not(
    world: World, halls: Halls
) -> None:
    save(world, JOIN)
    booking = world.booked(answers={"before": "yes", "where": "in Ningbo, at my aunt's"})
    halls.tell()
    one = halls.told()[-1]
    assert (one.matter, one.answers) == ("join", {"before": "yes"})
    assert "Ningbo" not in repr(booking.choices) and "aunt" not in repr(halls.told())


@pytest.mark.clause("S2-54")
def test_an_answer_that_is_not_offered_is_sent_back(world: World, halls: Halls) -> None:
    save(world, JOIN)
    for answer, why in (("perhaps", "answer_unknown"), ("", "answer_missing")):
        returned = world.booked(n=7 if answer else 8, answers={"before": answer})
        assert returned.status == "returned"
        assert [(one["field"], one["why"]) for one in returned.faults] == [("answers.before", why)]
