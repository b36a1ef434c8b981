"""PURE: which of our languages somebody wants."""

from words import LANGUAGES


def wanted(asked: str | None, accepted: str) -> str:
    """`asked` is `?lang=`, `accepted` the Accept-Language header; Chinese where neither says anything."""
    if asked in LANGUAGES:
        return str(asked)
    offers = [_offer(part) for part in accepted.split(",")]
    for _, tag in sorted(offers, key=lambda offer: -offer[0]):
        if (base := tag.partition("-")[0].lower()) in LANGUAGES:
            return base
    return "en" if any(tag not in ("", "*") for _, tag in offers) else "zh"


def _offer(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";")
    try:
        return (float(weight.strip().removeprefix("q=")) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
