"""Where in the files of messages something was found."""

from collections.abc import Collection

from helpdesk.search.engines import engine
from helpdesk.search.files.listing import texts_of
from helpdesk.search.files.reading.kinds import may_hold_text
from helpdesk.search.finding import Asked
from helpdesk.search.protocol import Piece, Term
from tickets.models import Attachment

MOST_FILES = 50
AROUND = 4_000
"""So many characters before the first word that may be meant are looked at; the engine looks at some more behind it."""
SHORTEST_STEM, ENDING = 4, 3


def found_in_files(messages: Collection[int], *, asked: Asked) -> dict[int, tuple[str, list[Piece]]]:
    """By message: the name of the first of its files that says what was asked for, and its words. The caller has asked
    whether the messages may be seen."""
    if not messages or not asked.wish.groups:
        return {}
    rows = Attachment.objects.filter(message__in=messages).order_by("message", "position", "pk")
    files = [
        (key, filename, str(name))
        for key, filename, name, content_type in rows.values_list("message_id", "filename", "file", "content_type")
        if may_hold_text(content_type)
    ]
    said = texts_of({name for _key, _filename, name in files})
    files = [each for each in files if each[2] in said][:MOST_FILES]
    if not files:
        return {}
    near = [("", _near(said[name], asked)) for _key, _filename, name in files]
    found: dict[int, tuple[str, list[Piece]]] = {}
    for (key, filename, _name), (_title, pieces) in zip(files, engine().snippets(asked.question, near), strict=True):
        if any(piece.is_found for piece in pieces):
            found.setdefault(key, (filename, pieces))
    return found


def _near(text: str, asked: Asked) -> str:
    """The text from where a word of those that are asked for, or one of the same stem, first stands."""
    lowered = text.lower()
    places = [lowered.find(_stem(term)) for group in asked.wish.groups for term in group if not term.is_out]
    first = min((place for place in places if place >= 0), default=0)
    return text[max(0, first - AROUND) :]


def _stem(term: Term) -> str:
    word = term.text.lower().split()[0]
    return word[: max(SHORTEST_STEM, len(word) - ENDING)]
