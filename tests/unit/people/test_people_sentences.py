"""Whatever people, rights and master data refuse is said in Chinese too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import central.masters
import central.people
from central.console.people import accounts, single_sign_on
from central.people import single_sign_on as admitted
from words import messages

ERRORS = {"Invalid", "Refused", "Forbidden", "Unknown"}
PLAIN = {"files.py"}
"""Speaks at a terminal only."""


def sentences() -> Iterator[str]:
    folders = (Path(central.people.__file__).parent, Path(central.masters.__file__).parent)
    for file in (*folders[0].glob("*.py"), *folders[1].glob("*.py"), Path(accounts.__file__)):
        if file.name in PLAIN:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                yield from (one.value for one in ast.walk(node.args[0]) if _is_sentence(one))


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isupper()


def test_every_refusal_has_chinese_words() -> None:
    found = {*sentences(), single_sign_on.AWAY, single_sign_on.BROKEN, admitted.NO_ROLE, admitted.CLOSED}
    assert len(found) > 35
    assert found - set(messages("central", "people", "zh")) == set()
