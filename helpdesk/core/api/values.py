"""Kinds of values that requests bring, narrowed to what the database can hold."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("U+0000 and halves of surrogate pairs are no characters that can be stored.")
    return text


class Strict(Schema):
    """A key that we don't know is an error, not a wish that is silently passed over."""

    model_config = ConfigDict(extra="forbid")


def _written_out(value: object) -> object:
    """Seconds since 1970 are not taken, though the library would: whoever sends them may mean thousandths."""
    if not isinstance(value, str) or value[4:5] != "-":
        raise ValueError("Write the moment with its zone: 2026-11-01T09:00:00+01:00.")
    return value


def _within_database(moment: datetime) -> datetime:
    """Nothing is older than this program; moments near year 1 or 9999 would overflow on their way to UTC."""
    if moment.year < 1970:
        return moment.replace(year=1970, month=1, day=2)
    return moment.replace(year=9000, month=1, day=2) if moment.year > 9000 else moment


BigKey = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A number or key of ours: a positive signed 64-bit integer."""

_STORABLE = Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})

CleanText = Annotated[str, _STORABLE, AfterValidator(_storable)]

Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_within_database)]
"""A moment with its zone (RFC 3339), moved into the time that the database knows."""

Words = Annotated[CleanText, Field(max_length=500)]
"""Words to search for, as in a web search."""
