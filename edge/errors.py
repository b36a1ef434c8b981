"""The node's errors: one small tree. Each says what is wrong and what to do; `field` names the culprit."""


class HallkeeperError(Exception):
    """Base. `code` is stable and for machines, the sentence for people."""

    code = "error"

    def __init__(self, detail: str, field: str | None = None, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        if code is not None:
            self.code = code


class ConfigError(HallkeeperError):
    """The configuration cannot be used."""

    code = "config"


class Refused(HallkeeperError):
    """A command that the hall's rules do not allow now; the state is unchanged."""

    code = "refused"


class Unknown(Refused):
    """Names a service, counter, ticket … that does not exist."""

    code = "unknown"


class Invalid(Refused):
    """A value that can never be right, whatever the state."""

    code = "invalid"


class Settled(Refused):
    """There is nothing to do: what was asked for holds already."""

    code = "settled"


class StorageError(HallkeeperError):
    """The journal or a document could not be written or read; nothing was promised to anybody."""

    code = "storage"


class JournalDamaged(StorageError):
    """The journal's file or its hash chain is not what was written."""

    code = "damaged"


class DeviceError(HallkeeperError):
    """A device did not do what was asked; `detail` says what a technician should look at."""

    code = "device"


class LinkError(HallkeeperError):
    """The link to the centre."""

    code = "link"
