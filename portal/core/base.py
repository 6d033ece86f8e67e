"""The declarative base and the column types every model shares."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, DateTime, Dialect, Enum, Integer, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column, registry

from portal.core import crypto

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, UTC in the database, aware UTC out; a naive one is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Without it a decorated type says `object`, and cursors of pages could not be read back."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text that only the keys outside the database open. `purpose` chooses the key ('data' or 'sealed')."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str = "data") -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else crypto.encrypt(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else crypto.decrypt(value, self.purpose)


class Base(DeclarativeBase):
    """What every model inherits. The registry is explicit because Flask-SQLAlchemy derives a base of its own from it."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UTCDateTime, date: Date}
    )


class EncryptedBytes(TypeDecorator[bytes]):
    """The same for a file's content."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str = "data") -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else crypto.encrypt_bytes(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else crypto.decrypt_bytes(bytes(value), self.purpose)


def pk() -> MappedColumn[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=True)


def enum_type(kind: type[StrEnum], length: int = 20, check: str = "") -> Enum:
    """A StrEnum as a short string with a CHECK, the same on both databases; a table's second one needs its own name."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        validate_strings=True,
        create_constraint=True,
        name=check or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def enum_column(kind: type[StrEnum], length: int = 20, check: str = "", **options: Any) -> MappedColumn[Any]:
    return mapped_column(enum_type(kind, length, check), **options)
