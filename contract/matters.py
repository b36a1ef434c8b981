"""One matter (事项) as the centre publishes it: site, windows and papers of a hall show this and nothing else.

`version` rises with every change of what is published, so that the three can be compared (S1-14).
"""

import msgspec

from contract.catalogue import Text


class ToBring(msgspec.Struct, frozen=True, kw_only=True):
    """Something the customer brings; `original`: a copy does not do."""

    id: str
    name: Text
    original: bool = False
    note: Text = {}


class Choice(msgspec.Struct, frozen=True):
    """One of the answers a question has."""

    id: str
    text: Text


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Asked when booking and at the window (S2-54). Without `choices` the answer is in the customer's own words."""

    id: str
    text: Text
    required: bool = False
    choices: tuple[Choice, ...] = ()


class ReviewRule(msgspec.Struct, frozen=True):
    """One rule the materials are reviewed by (S2-12)."""

    id: str
    text: Text


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """Done in a hall at the windows of `service`. `limit_days`: working days until the result; 0: at once."""

    id: str
    version: int
    service: str
    name: Text
    guide: Text = {}
    notes: Text = {}
    steps: tuple[Text, ...] = ()
    """Of the procedure; a step's id is its place in this version, from 1."""
    sample: Text = {}
    """A worked example (S0-37)."""
    materials: tuple[ToBring, ...] = ()
    questions: tuple[Question, ...] = ()
    review_rules: tuple[ReviewRule, ...] = ()
    legal_basis: Text = {}
    limit_days: int = 0
    visits: int = 1
