"""The centre's errors: one small tree. Each says what is wrong and what to do; `field` names the culprit.

Over HTTP every one of them has the shape `{"error": code, "detail": sentence, "field"?: name}`.
"""


class CentralError(Exception):
    """Base. `code` is stable and for machines, the sentence for people; `status` is the HTTP status."""

    code = "error"
    status = 500

    def __init__(self, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    def said(self, language: str) -> str:
        """The sentence for whoever asked; English where it is for staff and programs only."""
        return self.detail


class ConfigError(CentralError):
    """The configuration cannot be used."""

    code = "config"


class Refused(CentralError):
    """What was asked is not allowed now; nothing was changed."""

    code = "refused"
    status = 409


class Forbidden(CentralError):
    """Who asks has not the right to it."""

    code = "forbidden"
    status = 403


class Unknown(CentralError):
    """Names a hall, node or service that does not exist."""

    code = "unknown"
    status = 404


class Invalid(CentralError):
    """A value that can never be right."""

    code = "invalid"
    status = 422


class StorageError(CentralError):
    """The database cannot be reached or is not in the shape this version needs; nothing was promised to anybody."""

    code = "storage"
    status = 503


class LinkError(CentralError):
    """The broker cannot be reached or refuses the centre."""

    code = "link"
    status = 503
