"""The centre's file and variables: what is wrong is named, with the nearest right name."""

from pathlib import Path
from typing import Any

import pytest

from central import config
from central.errors import ConfigError


def test_without_a_file_it_is_sqlite_on_loopback() -> None:
    settings = config.load(None, {})
    assert settings.database.url.startswith("sqlite:///")
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8600)
    assert (settings.broker.port, settings.broker.version) == (1883, "5")


def test_variables_stand_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "central.toml"
    file.write_text('[http]\nport = 9000\nhost = "0.0.0.0"\n[database]\nurl = "sqlite:///a.db"\n')
    settings = config.load(
        file,
        {
            "HALLKEEPER_CENTRAL_HTTP_PORT": "9100",
            "HALLKEEPER_CENTRAL_DATABASE_URL": "postgresql://db/hall",
            "HALLKEEPER_CENTRAL_HTTP_ALLOWED_HOSTS": "office.example,10.0.0.5",
            "HALLKEEPER_CENTRAL_HTTP_HTTPS": "true",
            "OTHER": "x",
        },
    )
    assert (settings.http.port, settings.http.host) == (9100, "0.0.0.0")
    assert settings.http.allowed_hosts == ("office.example", "10.0.0.5")
    assert settings.http.https is True and config.load(file, {}).http.https is False
    assert settings.database.url == "postgresql://db/hall"


@pytest.mark.parametrize(
    ("document", "field", "words"),
    [
        ({"databse": {}}, "databse", ["'database'"]),
        ({"http": {"prot": 1}}, "http.prot", ["'port'"]),
        ({"http": {"timezone": "Asia/Beijing"}}, "http.timezone", ["'Asia/Beijing'", "Asia/Shanghai"]),
        ({"broker": {"port": 70000}}, "broker.port", ["65535"]),
        ({"broker": {"version": "4"}}, "broker.version", ["4"]),
        ({"http": "x"}, "http", ["object"]),
        ({"ingest": {"batch": 0}}, "ingest.batch", [">= 1"]),
    ],
)
def test_what_is_wrong_is_named(document: dict[str, Any], field: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(document)
    assert caught.value.field == field
    assert all(word in caught.value.detail for word in [field, *words])


def test_a_variable_with_a_misspelt_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="'port'"):
        config.load(None, {"HALLKEEPER_CENTRAL_HTTP_PROT": "1"})


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "central.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"central\.toml"):
        config.load(file, {})


def test_the_secret_key_is_wanted_and_long(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing"):
        config.secret_key(config.parse({}))
    with pytest.raises(ConfigError, match="5 characters"):
        config.secret_key(config.parse({"secrets": {"key": "short"}}))
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    assert config.secret_key(config.parse({"secrets": {"key_file": str(file)}})) == "k" * 40
    with pytest.raises(ConfigError, match="both"):
        config.secret_key(config.parse({"secrets": {"key_file": str(file), "key": "k" * 40}}))


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", ""])
def test_a_database_url_of_another_kind_is_refused(url: str) -> None:
    from central.db.engine import open_database

    with pytest.raises(ConfigError, match=r"database\.url"):
        open_database(config.parse({"database": {"url": url}}).database)
