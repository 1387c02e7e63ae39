"""Kinds of values that requests bring, narrowed to what the database can hold."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("The character U+0000 cannot be stored or searched for.")
    return text


BigKey = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A number or key of ours: a positive signed 64-bit integer."""

CleanText = Annotated[str, AfterValidator(_without_nul)]

Words = Annotated[str, Field(max_length=500), AfterValidator(_without_nul)]
"""Words to search for, as in a web search."""
