"""What an administrator types: accounts, master data, a node's keys, a new secret."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from central.db.engine import engine
from central.db.tables import AuditRow, Matter, User
from central.vault import Vault
from hallkeeper.cli import app
from tests.notices_world import SECRET, NoticesWorld

NEW = "another secret of at least thirty-two"


class Office:
    """A centre's file, and a terminal."""

    def __init__(self, folder: Path) -> None:
        self.file, self.url = folder / "central.toml", f"sqlite:///{folder / 'centre.db'}"
        self.write(f'key = "{SECRET}"')
        assert self.run("migrate")[0] == 0

    def write(self, secrets: str) -> None:
        self.file.write_text(f'[database]\nurl = "{self.url}"\n[secrets]\n{secrets}\n')

    def run(self, *words: str, say: str = "") -> tuple[int, str]:
        """Exit code and all that was said."""
        done = CliRunner().invoke(app, ["central", *words, "-c", str(self.file)], input=say)
        return done.exit_code, " ".join(done.output.split())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_an_account_with_roles_halls_and_a_name(office: Office) -> None:
    assert office.run("enrol", "east")[0] == 0
    words = ("user", "lixia", "--role", "operator", "--role", "reviewer", "--hall", "east", "--display-name", "李霞")
    code, said = office.run(*words, say="a good long password\na good long password\n")
    assert code == 0, said
    with engine(office.url).connect() as connection:
        user = connection.execute(select(User.roles, User.halls, User.display_name)).one()
        by = connection.execute(select(AuditRow.actor).where(AuditRow.action == "user.created")).scalar_one()
    assert tuple(user) == (["reviewer", "operator"], ["east"], "李霞")
    assert by == "system"
    code, said = office.run("user", "lixia", "--change", "--password", "a better long password")
    assert (code, said) == (0, "lixia may log in.")
    for wrong, sentence in (("king", "no such role"), ("customer", "no such role")):
        code, said = office.run("user", "x", "--role", wrong, "--password", "a good long password")
        assert code == 1 and sentence in said


def test_master_data_of_the_sample_a_file_and_a_hall(office: Office, tmp_path: Path) -> None:
    code, said = office.run("masters", "load")
    assert code == 0 and re.match(r"\d+ entries are new", said)
    assert office.run("masters", "load")[1].startswith("0 entries")
    own = tmp_path / "own.toml"
    own.write_text('[[business_types]]\nid = "dogs"\nname = { zh = "犬证", en = "Dogs" }\n')
    assert office.run("masters", "load", str(own))[1].startswith("1 entries")
    own.write_text('[[business_types]]\nid = "Dogs"\nname = { zh = "犬证", en = "Dogs" }\n')
    code, said = office.run("masters", "load", str(own))
    assert code == 1 and "business_types Dogs: id" in said
    assert office.run("masters", "load", str(tmp_path / "none.toml"))[0] == 1
    code, said = office.run("masters", "take-over", "east")
    assert code == 1 and "no hall east" in said
    assert office.run("enrol", "east")[0] == 0
    code, said = office.run("masters", "take-over", "east")
    assert code == 1 and "connected once" in said
    with engine(office.url).connect() as connection:
        assert len(connection.scalars(select(Matter.id)).all()) > 12


def test_a_node_is_given_the_key_it_seals_with(office: Office) -> None:
    code, said = office.run("enrol", "east")
    assert code == 0
    assert f'seal_key = "{Vault(SECRET).seal_key}"' in said
    for name in ("password", "verify_key", "roster_key"):
        assert f'{name} = "' in said


def test_a_new_secret_is_brought_in_by_one_command(office: Office, tmp_path: Path) -> None:
    world = NoticesWorld(office.url)
    booking = world.book()
    (tmp_path / "old.key").write_text(SECRET)
    office.write(f'key = "{NEW}"')
    code, said = office.run("rekey")
    assert code == 1 and "1 are under keys not known here" in said
    office.write(f'key = "{NEW}"\nprevious_files = ["{tmp_path / "old.key"}"]')
    code, said = office.run("rekey")
    assert code == 0 and said.startswith("1 entries are under the new key now.")
    row = world.booking(booking)
    assert Vault(NEW).person(row.person, row.person_kid).name == "李明"
    assert office.run("rekey")[1].startswith("0 entries")
    world.close()
