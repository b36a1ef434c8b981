"""The centre's configuration: one TOML file, `HALLKEEPER_CENTRAL_…` variables over it, every key known.

A variable's name is the section and the key: `HALLKEEPER_CENTRAL_DATABASE_URL`, `…_HTTP_PORT`.
Raises `ConfigError` naming section, key, bounds, and the nearest right name.
"""

import difflib
import os
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from central.config_hooks import Webhooks
from central.config_notices import Alerts, Mail, Sms, WeChat
from central.config_section import Port, Section
from central.errors import ConfigError
from contract.topics import CENTRE_USER

PREFIX = "HALLKEEPER_CENTRAL_"
_LISTS = ("allowed_hosts", "previous_files", "allow_networks")


class Database(Section, frozen=True):
    """`sqlite:///file` (relative to the working folder; `sqlite:////var/…` is absolute) or `postgresql://…`."""

    url: str = "sqlite:///hallkeeper-central.db"
    pool_size: Annotated[int, Meta(ge=1, le=100)] = 8


class Broker(Section, frozen=True):
    """The MQTT broker. The centre logs in as `user` and has the centre's lines of the ACL."""

    host: str = "127.0.0.1"
    port: Port = 1883
    user: str = CENTRE_USER
    password: str | None = None
    password_file: str | None = None
    version: Literal["5", "3.1.1"] = "5"
    keepalive_s: Annotated[int, Meta(ge=5, le=600)] = 30
    ca_file: str | None = None
    """Given: TLS."""
    certificate: str | None = None
    private_key: str | None = None


class Http(Section, frozen=True):
    host: str = "127.0.0.1"
    port: Port = 8600
    allowed_hosts: tuple[str, ...] = ()
    """Host names, besides loopback and `host`, under which the console and the pages of slips are reached."""
    public_url: str = ""
    """Under which customers reach the site, such as https://halls.example.org; it stands in what they are told."""
    https: bool = False
    """The console is reached over HTTPS, through a proxy that ends TLS: its cookies are then never sent without."""
    timezone: str = "Asia/Shanghai"
    """In which the console shows what belongs to no hall."""


class Secrets(Section, frozen=True):
    """`key`: at least 32 characters nobody can guess; sessions, signatures and what is encrypted are made with it."""

    key: str | None = None
    key_file: str | None = None
    previous_files: tuple[str, ...] = ()
    """Files with the keys of before: they open what was encrypted under them."""


class Ingest(Section, frozen=True):
    batch: Annotated[int, Meta(ge=1, le=1000)] = 64
    """Messages stored in one transaction, at most."""
    inbox: Annotated[int, Meta(ge=16, le=100_000)] = 2000
    """Messages held while the database is slow or away; what comes beyond is left to be sent again."""


class Oidc(Section, frozen=True):
    """Single sign-on (OpenID Connect, authorization code with PKCE). Without `issuer` there is none.

    `roles` and `halls` tell what a value of `claim` gives: `[oidc.roles] "hall managers" = ["hall-head"]`.
    """

    issuer: str = ""
    """`https://…`, the very text the provider calls itself; where it is told under `/.well-known/`."""
    client_id: str = ""
    client_secret: str | None = None
    client_secret_file: str | None = None
    scopes: str = "openid profile email"
    name: str = ""
    """On the button."""
    claim: str = "groups"
    """Whose values give roles; "realm_access.roles" for one inside another."""
    roles: dict[str, tuple[str, ...]] = {}
    halls: dict[str, tuple[str, ...]] = {}
    """Empty: all halls."""


class Site(Section, frozen=True):
    """What the public site says of itself; texts by language, such as `name = { zh = "…", en = "…" }`."""

    name: dict[str, str] = {}
    operator: dict[str, str] = {}
    """Who answers for what customers tell of themselves (PIPL 17)."""
    hotline: str = ""
    """The number on which bookings are taken too (channels.hotline.number)."""
    hotline_hours: dict[str, str] = {}


class Settings(Section, frozen=True):
    """The whole file."""

    database: Database = Database()
    broker: Broker = Broker()
    http: Http = Http()
    secrets: Secrets = Secrets()
    ingest: Ingest = Ingest()
    site: Site = Site()
    oidc: Oidc = Oidc()
    sms: Sms = Sms()
    mail: Mail = Mail()
    wechat: WeChat = WeChat()
    alerts: Alerts = Alerts()
    webhooks: Webhooks = Webhooks()


def load(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The file (None: none), with the variables over it. Raises ConfigError."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is no TOML: {error}") from error
    return parse(_overlaid(document, environ))


def parse(document: Mapping[str, Any]) -> Settings:
    """`document`: the decoded TOML. Raises ConfigError."""
    _check_names(document)
    try:
        # Not strict: a variable's port is text.
        settings = msgspec.convert(document, Settings, strict=False)
    except msgspec.ValidationError as error:
        found = re.search(r"^(.*) - at `\$\.?(.*)`$", str(error))
        what, field = (found[1], found[2]) if found else (str(error), "")
        raise ConfigError(f"{field or 'the file'}: {what}", field or None) from error
    zone, field = settings.http.timezone, "http.timezone"
    if zone not in zoneinfo.available_timezones():
        raise ConfigError(f"{field}: {zone!r} is no time zone; write one like Asia/Shanghai", field)
    return settings


def secret(text: str | None, file: str | None, field: str) -> str | None:
    """A secret written in the file itself or in a file of its own. Raises ConfigError."""
    if text is not None and file is not None:
        raise ConfigError(f"{field} and {field}_file are both given; keep one of them", field)
    if file is None:
        return text
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{field}_file {file} cannot be read: {error}", f"{field}_file") from error


def secret_key(settings: Settings) -> str:
    """The key sessions and signatures are made with. Raises ConfigError where it is missing or too short."""
    key = secret(settings.secrets.key, settings.secrets.key_file, "secrets.key")
    if key is None or len(key) < 32:
        state = "is missing" if key is None else f"has {len(key)} characters, too few"
        raise ConfigError(
            f"secrets.key {state}: give at least 32 random characters in secrets.key_file or {PREFIX}SECRETS_KEY "
            '(python3 -c "import secrets; print(secrets.token_urlsafe(48))")',
            "secrets.key",
        )
    return key


def previous_keys(settings: Settings) -> list[str]:
    """The keys of before, in the order they are given. Raises ConfigError."""
    files = settings.secrets.previous_files
    return [key for file in files if (key := secret(None, file, "secrets.previous")) is not None]


def _sections() -> dict[str, tuple[str, ...]]:
    return {field.name: field.type.__struct_fields__ for field in msgspec.structs.fields(Settings)}


def _overlaid(document: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    merged = {name: dict(value) if isinstance(value, dict) else value for name, value in document.items()}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
        target = merged.setdefault(section, {})
        if isinstance(target, dict):
            target[key] = environ[variable].split(",") if key in _LISTS else environ[variable]
    return merged


def _check_names(document: Mapping[str, Any]) -> None:
    sections = _sections()
    for section, values in document.items():
        if section not in sections:
            raise ConfigError(f"[{section}] is no section{_nearest(section, sections)}", section)
        for key in values if isinstance(values, Mapping) else ():
            if key not in sections[section]:
                field = f"{section}.{key}"
                raise ConfigError(f"{field} is no key{_nearest(key, sections[section])}", field)


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(sorted(known))}"
