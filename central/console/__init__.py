"""What the office sees: live board, daily figures, tickets, nodes, everything odd; and the few orders it may give."""

from central.board import News
from central.console.feed import Feed
from central.console.mount import mount
from central.console.settings import ConsoleSettings

__all__ = ["ConsoleSettings", "Feed", "News", "mount"]
