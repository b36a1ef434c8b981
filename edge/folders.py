"""Where a node keeps what it must not lose: names inside its data folder."""

from pathlib import Path

from edge.config import Settings


def journal_path(settings: Settings) -> Path:
    return Path(settings.node.data) / "journal.db"


def documents_folder(settings: Settings) -> Path:
    return Path(settings.node.data) / "documents"
