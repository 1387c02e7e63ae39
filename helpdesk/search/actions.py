"""Keeping the searchable text in step with the things."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

MAX_CHARACTERS = 200_000  # a tsvector holds at most 1 MB; what is beyond stays readable, not searchable

INDEX = """
INSERT INTO search_document (subject_type_id, subject_id, shown_under, vector)
VALUES (%s, %s, %s,
        setweight(to_tsvector('russian', %s), 'A') || setweight(to_tsvector('russian', %s), 'B')
        || setweight(to_tsvector('russian', %s), 'D'))
ON CONFLICT (subject_type_id, subject_id)
DO UPDATE SET shown_under = EXCLUDED.shown_under, vector = EXCLUDED.vector
"""


def index(*, subject: models.Model, shown_under: int, title: str, names: str, text: str) -> None:
    """Write or replace the document of one thing in the caller's transaction.

    `shown_under` is the key of the thing a hit is shown under. Weights: title A, names B, text D.
    """
    content_type = ContentType.objects.get_for_model(subject)
    words = [part.replace("\0", " ")[:MAX_CHARACTERS] for part in (title, names, text)]
    with connection.cursor() as cursor:
        cursor.execute(INDEX, [content_type.pk, subject.pk, shown_under, *words])


def move(*, subject: models.Model, shown_under: int) -> None:
    """The thing is shown under another one from now on."""
    content_type = ContentType.objects.get_for_model(subject)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_document SET shown_under = %s WHERE subject_type_id = %s AND subject_id = %s",
            [shown_under, content_type.pk, subject.pk],
        )
