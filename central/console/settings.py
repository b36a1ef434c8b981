"""What the console needs to be told."""

import msgspec


class ConsoleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the console. `secret` signs session and form cookies; at least 32 characters, kept over restarts."""

    secret: str
    base_url: str = "/console"
    https: bool = False
    """The office reaches the console over HTTPS: its cookies are then never sent without."""
    language: str = "zh"
    """Shown to a browser that asks for none, until a person chooses one."""
    timezone: str = "Asia/Shanghai"
    """For what belongs to no hall; what belongs to one is shown in the hall's own."""
    session_hours: int = 12
    tries: int = 5
    """Wrong passwords for one name from one address before a pause …"""
    pause_s: int = 300
    """… of this many seconds."""
