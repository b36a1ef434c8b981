"""Finds a font on this machine that has Chinese characters, for printers that get pictures of text."""

from pathlib import Path

from edge.errors import ConfigError
from edge.faces.typeface import Typeface

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

_FACES = (
    # name, regular file, its index, bold file, its index, grid
    ("Noto Sans CJK", "NotoSansCJK-Regular.ttc", 2, "NotoSansCJK-Bold.ttc", 2, 1),
    ("WenQuanYi Micro Hei", "wqy-microhei.ttc", 0, "wqy-microhei.ttc", 0, 1),
    ("Droid Sans Fallback", "DroidSansFallbackFull.ttf", 0, "DroidSansFallbackFull.ttf", 0, 1),
    ("Unifont", "unifont.otf", 0, "unifont.otf", 0, 16),
)


def _found(file: str, folders: tuple[Path, ...]) -> str | None:
    return next((str(path) for folder in folders for path in sorted(folder.rglob(file))), None)


def find_typeface(folders: tuple[Path, ...] = FOLDERS) -> Typeface:
    """The best face installed. Raises ConfigError naming the packages that bring one."""
    for name, regular, index, bold, bold_index, grid in _FACES:
        path, bold_path = _found(regular, folders), _found(bold, folders)
        if path is not None:
            heavy = (path, index) if bold_path is None else (bold_path, bold_index)
            return Typeface(name, (path, index), heavy, grid)
    raise ConfigError(
        "no font with Chinese characters is installed: install fonts-noto-cjk (or fonts-unifont),"
        ' or set chinese = "gb18030" for a printer that has them itself',
        "printers.chinese",
    )
