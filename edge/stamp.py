"""PURE: one reading of the node's clock."""

import msgspec


class Stamp(msgspec.Struct, frozen=True):
    """One reading: `mono_ms` of this boot, `at` as wall time, `synced` whether a time source keeps the wall."""

    mono_ms: int
    at: int
    synced: bool
