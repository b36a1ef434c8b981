"""PURE: where the public site shows a thing. The site answers there, and messages to customers lead there."""


def booking(code: str) -> str:
    """One booking: to look at, change and cancel."""
    return f"/b/{code}"


def offers(token: str) -> str:
    """The new times offered to whom a closure has hit."""
    return f"/offers/{token}"


def enotice(code: str) -> str:
    """An electronic result notice."""
    return f"/results/{code}"


def relay(token: str) -> str:
    """A message to a department, where it is acknowledged and answered."""
    return f"/r/{token}"
