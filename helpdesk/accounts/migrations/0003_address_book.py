import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_attempts_at_the_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX")], max_length=8, verbose_name="format"),
                ),
                ("file", models.FileField(blank=True, upload_to="", verbose_name="file")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "touched_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="last progress"
                    ),
                ),
                ("criteria", models.JSONField(default=dict, verbose_name="filter")),
                ("expected", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("written", models.PositiveIntegerField(default=0, verbose_name="rows written")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="size, bytes")),
                (
                    "state",
                    models.CharField(
                        choices=[("making", "Being made"), ("done", "Ready")],
                        default="making",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [
                    models.Index(fields=["by", "-id"], name="export_by"),
                    models.Index(
                        condition=models.Q(("state", "making")), fields=["touched_at"], name="export_under_way"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX")], max_length=8, verbose_name="format"),
                ),
                ("file", models.FileField(blank=True, upload_to="", verbose_name="file")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "touched_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="last progress"
                    ),
                ),
                ("filename", models.CharField(max_length=255, verbose_name="name")),
                ("delimiter", models.CharField(blank=True, max_length=1, verbose_name="delimiter")),
                ("encoding", models.CharField(blank=True, max_length=16, verbose_name="encoding")),
                ("header", models.JSONField(default=list, verbose_name="header")),
                ("sample", models.JSONField(default=list, verbose_name="first rows")),
                ("matching", models.JSONField(default=list, verbose_name="fields of the columns")),
                ("expected", models.PositiveIntegerField(default=0, verbose_name="rows")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("matching", "Columns to match"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("importing", "Being imported"),
                            ("done", "Imported"),
                        ],
                        default="matching",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [
                    models.Index(fields=["by", "-id"], name="import_by"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "importing"])),
                        fields=["touched_at"],
                        name="import_under_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="row")),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="cells"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("good", "Good"),
                            ("broken", "Broken"),
                            ("added", "Added"),
                            ("changed", "Completed"),
                            ("same", "Known already"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("faults", models.JSONField(default=list, verbose_name="faults")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="accounts.import",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of an import",
                "verbose_name_plural": "rows of an import",
                "indexes": [models.Index(fields=["source", "state", "number"], name="import_row_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "number"), name="import_row_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "broken"), _negated=True),
                        fields=("source", "address"),
                        name="import_row_address_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "broken"), ("faults", []), _connector="OR"),
                        name="import_row_sound_without_faults",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("moved", models.JSONField(default=dict, verbose_name="what changed hands")),
                ("before", models.JSONField(default=dict, verbose_name="what was before")),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="merged at"
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_by_mergers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="merged",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="merged by",
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mergers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="survivor",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
            ],
            options={
                "verbose_name": "merger",
                "verbose_name_plural": "mergers",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("merged",), name="merged_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("survivor", models.F("merged")), _negated=True), name="merger_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="merger_undone_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="written"),
                ),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes_about",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes_about",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("person__isnull", True)),
                            models.Q(("organisation__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="note_about_one_thing",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_says_something"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("edited_at__isnull", True), ("edited_by__isnull", True)),
                            models.Q(("edited_at__isnull", False), ("edited_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="note_edited_by_somebody",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                django.db.models.functions.text.Lower("name"),
                models.F("id"),
                condition=models.Q(("role__in", ["customer", "customer_manager"])),
                name="customer_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    "name",
                    models.Func(models.F("email"), models.Value("@._+-"), models.Value("     "), function="translate"),
                    config="simple",
                ),
                name="user_words",
            ),
        ),
    ]
