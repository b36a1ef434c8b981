"""What a rating says beside its level: tags of that level's fixed list, and a few words."""

from contract.rating_tags import TAGS
from edge.errors import Invalid
from edge.hall import check
from edge.hall.commands import RateTicket

COMMENT = 200


def said(command: RateTicket) -> tuple[tuple[str, ...], str]:
    """(tags, comment) of a rating whose level is right. Raises Invalid."""
    known = TAGS[command.level]
    strange = [tag for tag in command.tags if tag not in known]
    if strange:
        text = f"{strange[0]!r} is no tag of level {command.level}; there are: {', '.join(known)}."
        raise Invalid(text, "tags", "bad_tags")
    tags = tuple(dict.fromkeys(command.tags))
    return tags, check.words(command.comment, "comment", COMMENT)
