"""PURE: places in documents we do not know the shape of, to read from and to fill."""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")
VARIABLES = "{variables}"


def dig(document: Any, place: str) -> str:
    """The value at `data.0.code` as text (true and false in lower case); empty where there is none."""
    for step in place.split(".") if place else ():
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return ""
    if not place or document is None or isinstance(document, (Mapping, list)):
        return ""
    return str(document).lower() if isinstance(document, bool) else str(document)


def filled(shape: Any, values: Mapping[str, str], variables: Any) -> Any:
    """`shape` with its placeholders filled, at every depth; the text `{variables}` alone becomes `variables`."""
    if isinstance(shape, Mapping):
        return {key: filled(each, values, variables) for key, each in shape.items()}
    if isinstance(shape, list):
        return [filled(each, values, variables) for each in shape]
    if shape == VARIABLES:
        return variables
    return _NAME.sub(lambda found: values.get(found[1], found[0]), shape) if isinstance(shape, str) else shape
