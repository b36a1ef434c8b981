"""Chooses the demo's MQTT broker: an installed mosquitto, else the embedded one (MQTT 3.1.1 only)."""

import base64
import getpass
import hashlib
import os
import shutil
import sys
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec
from argon2 import PasswordHasher

_MOSQUITTO_ROUNDS = 101
"""What mosquitto_passwd 2.0 uses."""


class Broker(msgspec.Struct, frozen=True):
    """How to start it (`argv`) and which MQTT `version` to speak to it."""

    name: str
    argv: list[str]
    version: Literal["5", "3.1.1"]


def choose(folder: Path, port: int, passwords: dict[str, str]) -> Broker:
    """Writes the broker's files into `folder`. `passwords`: user to password; `_centre` is the centre."""
    folder.mkdir(parents=True, exist_ok=True)
    users = folder / "passwords"
    # Debian keeps it in /usr/sbin, which is on no user's path.
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program:
        _write(users, {user: _mosquitto_hash(password) for user, password in passwords.items()})
        return Broker("mosquitto", [program, "-c", str(_mosquitto_files(folder, port, users))], "5")
    hasher = PasswordHasher()
    _write(users, {user: hasher.hash(password) for user, password in passwords.items()})
    argv = [sys.executable, "-m", "hallkeeper.embedded_broker", str(port), str(users)]
    return Broker("amqtt, embedded", argv, "3.1.1")


def _mosquitto_files(folder: Path, port: int, users: Path) -> Path:
    """The access rights we ship, with this demo's port and paths."""
    acl, conf = folder / "hallkeeper.acl", folder / "mosquitto.conf"
    acl.write_text((resources.files("firmware_config") / "mosquitto" / "hallkeeper.acl").read_text())
    acl.chmod(0o600)
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous false",
        f"password_file {users}",
        f"acl_file {acl}",
        "persistence false",
        "log_type error",
        f"user {getpass.getuser()}",
    ]
    conf.write_text("\n".join(lines) + "\n")
    return conf


def _mosquitto_hash(password: str) -> str:
    """As mosquitto_passwd writes it: PBKDF2 with SHA-512, `$7$rounds$salt$hash`."""
    salt = os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _MOSQUITTO_ROUNDS)
    return f"$7${_MOSQUITTO_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _write(path: Path, hashes: dict[str, str]) -> None:
    path.touch(mode=0o600)
    path.write_text("".join(f"{user}:{hashed}\n" for user, hashed in hashes.items()))
