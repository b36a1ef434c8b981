"""python-escpos, imported late and clean.

Its import costs a quarter of a second and leaves an empty folder in the temporary directory, a log
handler at the root and a pickle of its printer table behind; this is the one place that imports it.
"""

import importlib
import logging
import os
import shutil
import tempfile
import threading
from functools import cache
from types import ModuleType

_CACHE = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_importing = threading.Lock()


@cache
def escpos(module: str) -> ModuleType:
    """One module of it, e.g. `printer.network`. A cache folder named by the environment is used and kept."""
    with _importing:
        if _CACHE in os.environ:
            return _quietly(module)
        folder = tempfile.mkdtemp(prefix="escpos-")
        os.environ[_CACHE] = folder
        try:
            return _quietly(module)
        finally:
            del os.environ[_CACHE]
            shutil.rmtree(folder, ignore_errors=True)


def _quietly(module: str) -> ModuleType:
    before = list(logging.root.handlers)
    loaded = importlib.import_module(f"escpos.{module}")
    for handler in [handler for handler in logging.root.handlers if handler not in before]:
        logging.root.removeHandler(handler)
    return loaded
