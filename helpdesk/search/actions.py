"""Keeping the searchable text in step with the things."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from helpdesk.core.deferring import write_soon

MAX_CHARACTERS = 200_000  # a tsvector holds at most 1 MB; what is beyond stays readable, not searchable

INDEX = """
INSERT INTO search_document (subject_type_id, subject_id, shown_under, vector)
SELECT subject_type_id, subject_id, shown_under,
       setweight(to_tsvector('russian', title), 'A') || setweight(to_tsvector('russian', names), 'B')
       || setweight(to_tsvector('russian', body), 'D')
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[])
     AS row (subject_type_id, subject_id, shown_under, title, names, body)
ON CONFLICT (subject_type_id, subject_id)
DO UPDATE SET shown_under = EXCLUDED.shown_under, vector = EXCLUDED.vector
"""

Row = tuple[int, int, int, str, str, str]


def index(*, subject: models.Model, shown_under: int, title: str, names: str, text: str) -> None:
    """Write or replace the document of one thing in the caller's transaction (see `deferring`).

    `shown_under` is the key of the thing a hit is shown under. Weights: title A, names B, text D.
    """
    content_type = ContentType.objects.get_for_model(subject)
    words = (part.replace("\0", " ")[:MAX_CHARACTERS] for part in (title, names, text))
    write_soon(_insert, (content_type.pk, subject.pk, shown_under, *words))


def _insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INDEX, [list(column) for column in zip(*rows, strict=True)])


def move(*, subject: models.Model, shown_under: int) -> None:
    """The thing is shown under another one from now on."""
    content_type = ContentType.objects.get_for_model(subject)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_document SET shown_under = %s WHERE subject_type_id = %s AND subject_id = %s",
            [shown_under, content_type.pk, subject.pk],
        )


def forget(*, subject: models.Model) -> None:
    """The thing is found no more."""
    content_type = ContentType.objects.get_for_model(subject)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_document WHERE subject_type_id = %s AND subject_id = %s", [content_type.pk, subject.pk]
        )
