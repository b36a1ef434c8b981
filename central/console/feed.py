"""What the live board is fed with: the news of every node, and a bell that rings when one changed."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from central.board import News


class Feed(Protocol):
    """The centre's live picture as the board reads it."""

    def news(self) -> Sequence[News]:
        """The newest of every enrolled node; never waits for anything."""

    def bell(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """An event that is set whenever some node's news changed, while the context is open."""
