"""Documents get marks and a moment, and words lose their accents: those of before are made anew in the background."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models
from django.db.models.functions import Now

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION helpdesk (COPY = russian);
ALTER TEXT SEARCH CONFIGURATION helpdesk ALTER MAPPING FOR hword, hword_part, word WITH unaccent, russian_stem;
"""
BEGIN_ANEW = """
INSERT INTO search_rebuild (source, done_upto, written) SELECT 'messages', 0, 0
WHERE EXISTS (SELECT FROM search_document)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("search", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION helpdesk"),
        migrations.CreateModel(
            name="Rebuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                ("done_upto", models.BigIntegerField(default=0, verbose_name="done up to")),
                ("written", models.BigIntegerField(default=0, verbose_name="documents written")),
                ("started_at", models.DateTimeField(db_default=Now(), verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "rebuilding of the search",
                "verbose_name_plural": "rebuildings of the search",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("source",),
                        name="search_rebuild_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(BEGIN_ANEW, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Document"),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.BigIntegerField(verbose_name="thing")),
                ("shown_under", models.BigIntegerField(verbose_name="shown under")),
                ("at", models.DateTimeField(verbose_name="moment")),
                ("vector", django.contrib.postgres.search.SearchVectorField(verbose_name="words")),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contenttypes.contenttype",
                        verbose_name="kind of thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "search document",
                "verbose_name_plural": "search documents",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_document_vector"),
                    models.Index(fields=["-at", "-id"], name="search_document_latest"),
                    models.Index(fields=["shown_under"], name="search_document_under"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject_type", "subject_id"), name="search_document_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("word", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="identifier")),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"),
                        name="search_identifier_part",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NothingFound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, unique=True, verbose_name="words")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="times")),
                ("by_customers", models.PositiveIntegerField(default=0, verbose_name="of these by customers")),
                ("last_at", models.DateTimeField(db_default=Now(), verbose_name="last time")),
            ],
            options={
                "verbose_name": "search without result",
                "verbose_name_plural": "searches without result",
                "indexes": [models.Index(fields=["-times", "-last_at"], name="search_nothing_found_often")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by_customers__lte", models.F("times"))),
                        name="search_nothing_found_by_customers",
                    )
                ],
            },
        ),
    ]
