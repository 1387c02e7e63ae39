"""What colleagues are writing, and are about to be told, of a person who is erased."""

import re
from collections.abc import Collection
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from helpdesk.core.erasing import Erased
from helpdesk.search.files import listing
from tickets.models import Attachment, KeptDraft, PieceOfNews

_LINES = ("to", "cc")
"""Fields of a form that are lines of addresses."""


def forget_drafts(erased: Erased, *, tickets: Collection[int]) -> None:
    """Drafts and planned messages on these tickets, and wherever one of the addresses is typed: the words are taken
    out, the addresses no longer among the receivers."""
    KeptDraft.objects.filter(author=erased.person).delete()
    typed = Q()
    for address in erased.addresses:
        if address:
            typed |= Q(typed__icontains=address) | Q(text__icontains=address)
    drafts = KeptDraft.objects.annotate(typed=Cast("fields", TextField()))
    for draft in drafts.filter(Q(ticket__in=tickets) | typed).order_by("pk"):
        files = [file["id"] for file in draft.fields.get("files", [])]
        forget_names(erased, Attachment.objects.filter(pk__in=files, message=None))
        draft.text, draft.refusal = erased.out_of(draft.text), erased.out_of(draft.refusal)[:300]
        draft.fields, draft.asides = _fields_without(draft.fields, erased), erased.out_of_value(draft.asides)
        draft.save(update_fields=["text", "refusal", "fields", "asides"])


def forget_news(erased: Erased) -> None:
    """What waits to be told to watchers."""
    for piece in PieceOfNews.objects.exclude(facts={}).order_by("pk"):
        piece.facts = erased.out_of_value(piece.facts)
        piece.save(update_fields=["facts"])


def forget_names(erased: Erased, files: Any) -> None:
    """The files stay, named without them, and so does what was read in them."""
    listing.rewrite(files.order_by().values("file"), text=erased.masked, filename=erased.out_of)
    for file in files.order_by("pk"):
        if (name := erased.out_of(file.filename)[:255]) != file.filename:
            file.filename = name
            file.save(update_fields=["filename"])


def _fields_without(fields: dict[str, Any], erased: Erased) -> dict[str, Any]:
    kept = {name: _line_without(value, erased) if name in _LINES else value for name, value in fields.items()}
    if "left_out" in kept:
        kept["left_out"] = [word for word in kept["left_out"] if str(word).lower() not in erased.addresses]
    return dict(erased.out_of_value(kept))


def _line_without(line: str, erased: Erased) -> str:
    """The addresses of others, as they were typed."""
    pieces = [piece.strip() for piece in re.split("[,;]", line)]
    words = [word.lower() for word in erased.words]
    return ", ".join(piece for piece in pieces if piece and not any(word in piece.lower() for word in words))
