"""Fields of categories, without the database: what a definition says, which values fit it, which fields are shown.

A ticket keeps its values in one JSON object by the words of the fields. A value stays when its field is hidden,
switched off or defined anew; it is then told as it is, and marked where it no longer fits.
"""

from tickets.fields.definitions import NOTHING, CategoryDefinition, Definition, Definitions, Option, in_words
from tickets.fields.validating import FieldErrors, candidates, shown, validated
from tickets.fields.values import Misfit, fits, raw_of, read, told

__all__ = [
    "NOTHING",
    "CategoryDefinition",
    "Definition",
    "Definitions",
    "FieldErrors",
    "Misfit",
    "Option",
    "candidates",
    "fits",
    "in_words",
    "raw_of",
    "read",
    "shown",
    "told",
    "validated",
]
