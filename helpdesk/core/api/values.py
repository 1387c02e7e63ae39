"""Kinds of values that requests bring, narrowed to what the database can hold."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("U+0000 and halves of surrogate pairs are no characters that can be stored.")
    return text


BigKey = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A number or key of ours: a positive signed 64-bit integer."""

_STORABLE = Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})

CleanText = Annotated[str, _STORABLE, AfterValidator(_storable)]

Words = Annotated[CleanText, Field(max_length=500)]
"""Words to search for, as in a web search."""
