"""How webhooks are sent, as the configuration has it."""

from typing import Annotated

from msgspec import Meta

from central.config_section import Section


class Webhooks(Section, frozen=True):
    """Partners' servers are reached over https on the public network only, unless more is allowed here."""

    allow_loopback: bool = False
    """To this machine too, also over plain http: for trials."""
    allow_networks: tuple[str, ...] = ()
    """Private networks that are sent to as well, such as 10.20.0.0/16."""
    ca_file: str | None = None
    """Certificates of an authority of your own, beside the public ones."""
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 10
