"""Master data: the shipped sample, an office's own file, and what a hall says itself; every change on record."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from central.audit import Actor
from central.db import tables as t
from central.db.engine import engine, writing
from central.db.migrate import upgrade
from central.errors import Invalid, Refused, Unknown
from central.masters import entries as e
from central.masters import files, store
from central.masters.take_over import TakenOver, take_over
from contract.catalogue import Catalogue, Counter, Material, Service

BOSS = Actor("boss", "127.0.0.1")
NOON = 1_763_956_800_000


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    made = engine(database_url)
    upgrade(made)
    with writing(made).begin() as connection:
        for hall in ("north", "south"):
            row = {"id": hall, "name": {"en": hall}, "timezone": "Asia/Shanghai", "created_at": 0}
            connection.execute(t.Hall.__table__.insert().values(row))
    yield made
    made.dispose()


def tell(database: Engine, hall: str, *services: Service, materials: tuple[Material, ...] = ()) -> None:
    counter = Counter("1", {"en": "1"}, (tuple(one.id for one in services),))
    catalogue = Catalogue(1, hall, {"en": hall}, services, (counter,), materials=materials)
    with writing(database).begin() as connection:
        values = {"node": hall, "hall": hall, "version": 1, "at": 1, "catalogue": msgspec.to_builtins(catalogue)}
        connection.execute(t.CatalogueRow.__table__.insert().values(values))


def count(database: Engine, model: Any) -> int:
    with database.connect() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def trail(database: Engine, **where: str) -> list[t.AuditRow]:
    with database.connect() as connection:
        return list(connection.execute(select(t.AuditRow).filter_by(**where).order_by(t.AuditRow.id)))


PASSPORTS = Service(
    "passports", "A", {"zh": "护照"}, guide={"zh": "首次申领"}, materials=("photo", "lost"), complexity="complex",
    important=True,
)  # fmt: skip
SOCIAL = Service("social", "B", {"zh": "社保", "en": "Insurance"})
PHOTO = Material("photo", {"zh": "照片", "en": "Photograph"}, original=True)


@pytest.mark.clause("S0-17")
def test_the_sample_names_the_six_kinds_of_business_of_the_regulations_with_their_matters(database: Engine) -> None:
    with writing(database).begin() as connection:
        assert files.load_sample(connection, at=NOON, by=BOSS) > 50
        matters = store.every(connection, e.Matter)
        types = [row["id"] for row in store.every(connection, e.BusinessType)]
    assert types == ["consult", "estate", "household", "market", "social", "tax"]
    for type_ in types:
        own = [row for row in matters if row["business_type"] == type_]
        assert 2 <= len(own) <= 3
    for row in matters:
        assert all(
            row[field]["zh"] and row[field]["en"] for field in ("name", "guide", "notes", "sample", "legal_basis")
        )
    detailed = {row["id"] for row in matters if row["detail_required"]}
    assert {"consult-agent", "estate-inherit", "market-change", "household-change"} <= detailed


@pytest.mark.clause("S0-6")
def test_every_step_of_the_work_has_a_post_and_a_deputy_in_a_department(database: Engine) -> None:
    with writing(database).begin() as connection:
        files.load_sample(connection, at=NOON, by=BOSS)
        duties = {row["step"]: row for row in store.every(connection, e.Duty)}
        posts = {row["id"]: row for row in store.every(connection, e.Post)}
    assert set(duties) == set(e.STEPS)
    for duty in duties.values():
        assert duty["deputy"] and duty["deputy"] != duty["post"]
        assert posts[duty["post"]]["department"] and posts[duty["post"]]["duties"]["zh"]


def test_loading_twice_changes_nothing_and_writes_nothing(database: Engine) -> None:
    for _ in range(2):
        with writing(database).begin() as connection:
            changed = files.load_sample(connection, at=NOON, by=BOSS)
        lines = count(database, t.AuditRow)
    assert changed == 0
    assert lines == len(trail(database)) == sum(count(database, kind.table) for kind in store.KINDS.values())


def test_a_file_with_one_wrong_entry_is_refused_whole_naming_it(database: Engine) -> None:
    text = """
    business_types = [{id = "dogs", name = {zh = "犬证", en = "Dogs"}}]
    [[matters]]
    id = "dog-licence"
    business_type = "dogs"
    name = {zh = "犬证", en = "Dog licence"}
    materials = ["dog"]
    """
    with pytest.raises(Invalid, match="matters dog-licence: materials"), writing(database).begin() as connection:
        files.load(connection, files.read(text), at=NOON, by=BOSS)
    assert count(database, t.BusinessType) == 0
    for wrong in ("x = ", "[[matters]]\nid = 3", "[[matter]]"):
        with pytest.raises(Invalid, match="the file"):
            files.read(wrong)


@pytest.mark.clause("S1-3")
def test_a_matter_carries_its_legal_basis_and_a_version_that_rises_with_each_change(database: Engine) -> None:
    with writing(database).begin() as connection:
        files.load_sample(connection, at=NOON, by=BOSS)
        row = store.find(connection, e.Matter, {"id": "tax-deed"})
        assert row is not None and row["version"] == 1 and row["legal_basis"]["zh"] == "《契税法》第九条、第十条"
        values = {name: row[name] for name in e.Matter.__struct_fields__}
        entry = msgspec.convert(values | {"legal_basis": {"zh": "《契税法》"}}, e.Matter)
        assert store.save(connection, entry, at=NOON + 1, by=BOSS)
        assert not store.save(connection, entry, at=NOON + 2, by=BOSS), "the same again is no change"
        row = store.find(connection, e.Matter, {"id": "tax-deed"})
    assert row is not None and row["version"] == 2
    (line,) = trail(database, action="matter.changed")
    assert (line.actor, line.subject_id, line.at) == ("boss", "tax-deed", NOON + 1)
    assert line.before == {
        "legal_basis": {"zh": "《契税法》第九条、第十条", "en": "Deed Tax Law, articles 9 and 10"},
        "version": 1,
    }
    assert line.after == {"legal_basis": {"zh": "《契税法》"}, "version": 2}


def test_what_a_hall_offers_becomes_master_data_and_the_same_again_nothing(database: Engine) -> None:
    tell(database, "north", PASSPORTS, SOCIAL, materials=(PHOTO,))
    with writing(database).begin() as connection:
        assert take_over(connection, "north", at=NOON, by=BOSS) == TakenOver(2, 1, 2, 2)
        assert take_over(connection, "north", at=NOON, by=BOSS) == TakenOver()
        matter = store.find(connection, e.Matter, {"id": "passports"})
        links = store.every(connection, e.HallMatter)
    assert matter is not None
    assert matter["name"] == {"zh": "护照", "en": "护照"}, "the one language stands in for the other"
    assert matter["materials"] == ["photo"], "a material the hall itself does not describe is left out"
    assert (matter["important"], matter["complexity"], matter["guide"]) == (True, "complex", {"zh": "首次申领"})
    assert [(row["matter"], row["service"], row["bookable"]) for row in links] == [
        ("passports", "passports", True), ("social", "social", True),
    ]  # fmt: skip
    assert len(trail(database, action="masters.taken_over")) == 1


def test_a_hall_does_the_offices_matters_where_there_are_some_of_that_kind(database: Engine) -> None:
    tell(database, "south", SOCIAL)
    with writing(database).begin() as connection:
        files.load_sample(connection, at=NOON, by=BOSS)
        assert take_over(connection, "south", at=NOON, by=BOSS) == TakenOver(0, 0, 0, 3)
        social = {row["matter"] for row in store.every(connection, e.HallMatter)}
        name = store.find(connection, e.BusinessType, {"id": "social"})
    assert social == {"social-register", "social-transfer", "social-change"}
    assert name is not None and name["name"]["zh"] == "社会保险", "what the office says stays"


def test_a_hall_that_never_spoke_or_is_not_known_is_said(database: Engine) -> None:
    with writing(database).begin() as connection:
        with pytest.raises(Refused, match="connected once"):
            take_over(connection, "north", at=NOON, by=BOSS)
        with pytest.raises(Unknown):
            take_over(connection, "nowhere", at=NOON, by=BOSS)


NAME = {"zh": "名称", "en": "Name"}
WRONG: list[tuple[e.Entry, str]] = [
    (e.BusinessType(id="Big", name=NAME), "id"),
    (e.BusinessType(id="a", name={"zh": "名称"}), "name"),
    (e.BusinessType(id="a", name={"zh": "名" * 10**6, "en": "x"}), "name"),
    (e.BusinessType(id="a", name={**NAME, "fr": "nom"}), "name"),
    (e.Material(id="a", name=NAME, note={"zh": "长" * 5000}), "note"),
    (e.Matter(id="a", business_type="none", name=NAME), "business_type"),
    (e.Matter(id="a", business_type="tax", name=NAME, materials=("id-card", "id-card")), "materials"),
    (e.Matter(id="a", business_type="tax", name=NAME, materials=("none",)), "materials"),
    (e.Matter(id="a", business_type="tax", name=NAME, steps=({"zh": " "},)), "steps"),
    (e.Matter(id="a", business_type="tax", name=NAME, limit_days=-1), "limit_days"),
    (e.Matter(id="a", business_type="tax", name=NAME, visits=0), "visits"),
    (e.Matter(id="a", business_type="tax", name=NAME, questions=(e.Question(id="q", text={}),)), "questions"),
    (e.HallMatter(hall="none", matter="tax-deed", service="tax"), "hall"),
    (e.HallMatter(hall="north", matter="tax-deed", service=""), "service"),
    (e.HallPage(hall="north", phone="call us"), "phone"),
    (e.Post(id="a", department="none", name=NAME), "department"),
    (e.Duty(step="apply", post="window", deputy="window"), "deputy"),
]  # fmt: skip


def test_what_cannot_be_is_refused_naming_the_field(database: Engine) -> None:
    with writing(database).begin() as connection:
        files.load_sample(connection, at=NOON, by=BOSS)
        lines = connection.scalar(select(func.count()).select_from(t.AuditRow))
        for entry, field in WRONG:
            with pytest.raises(Invalid) as refusal:
                store.save(connection, entry, at=NOON, by=BOSS)
            assert refusal.value.field == field, entry
        with pytest.raises(Refused):
            store.save(connection, e.Department(id="windows", name=NAME), at=NOON, by=BOSS, new=True)
        assert connection.scalar(select(func.count()).select_from(t.AuditRow)) == lines


def test_what_is_in_use_is_not_removed_and_what_is_removed_is_on_record(database: Engine) -> None:
    with writing(database).begin() as connection:
        files.load_sample(connection, at=NOON, by=BOSS)
        for kind, key in (
            (e.BusinessType, "tax"),
            (e.Material, "id-card"),
            (e.Department, "windows"),
            (e.Post, "window"),
        ):
            with pytest.raises(Refused):
                store.remove(connection, kind, {"id": key}, at=NOON, by=BOSS)
        store.remove(connection, e.Duty, {"hall": "", "step": "complaint"}, at=NOON, by=BOSS)
        with pytest.raises(Unknown):
            store.remove(connection, e.Duty, {"hall": "", "step": "complaint"}, at=NOON, by=BOSS)
    (line,) = trail(database, action="duty.removed")
    assert line.subject_id == "complaint" and line.before is not None and line.before["post"] == "complaints"
