"""What every table shares: the declarative base, constraint names, and the key that differs between databases."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
"""A numbered primary key: SQLite numbers only INTEGER ones by itself."""


class Base(DeclarativeBase):
    """Base of all tables. Times are wall time in ms since 1970 UTC; a business day is "YYYY-MM-DD"."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, dict[str, str]: JSON, dict[str, int]: JSON}
