"""`hallkeeper central key`: a key is made, listed without itself, and revoked."""

from pathlib import Path

from typer.testing import CliRunner

from central.api import keys
from hallkeeper.cli import app
from tests.booking_world import World


def run(config: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["central", "key", *words, "--config", str(config)])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_key_is_made_shown_once_and_revoked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    world = World(url)
    config = tmp_path / "central.toml"
    config.write_text(f'[database]\nurl = "{url}"\n')
    secret = run(config, "add", "city app", "--channel", "app", "--hall", "hall").split()[-1]
    found = keys.find(world.engine, secret, at=world.at)
    assert found is not None and (found.channel, found.halls) == ("app", ("hall",))
    listed = run(config, "list")
    assert "city app" in listed and secret not in listed
    renewed = run(config, "renew", str(found.id)).split()[-1]
    assert keys.find(world.engine, secret, at=world.at) is None
    assert keys.find(world.engine, renewed, at=world.at) == found
    run(config, "revoke", str(found.id))
    assert keys.find(world.engine, renewed, at=world.at) is None
    done = CliRunner().invoke(app, ["central", "key", "add", "x", "--channel", "fax", "--config", str(config)])
    assert done.exit_code == 1
    world.close()
