import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_people_of_organisations"),
        ("accounts", "__first__"),
        ("tickets", "0012_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="claimed")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="total")),
                ("file", models.FileField(blank=True, upload_to="", verbose_name="file")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="size, bytes")),
                ("ready_at", models.DateTimeField(blank=True, null=True, verbose_name="ready")),
                ("expires_at", models.DateTimeField(verbose_name="kept until")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="data_exports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "data export",
                "verbose_name_plural": "data exports",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ready_at__isnull", True)),
                        fields=("person",),
                        name="data_export_one_unfinished",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resolved_at", models.DateTimeField(verbose_name="resolved")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="asked")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "Bad"), (2, "So-so"), (3, "Good")], null=True, verbose_name="score"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="words")),
                ("rated_at", models.DateTimeField(blank=True, null=True, verbose_name="rated")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "rated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="rated by",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="surveys",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "resolved_at"), name="survey_once_a_resolution"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("rated_at__isnull", True),
                                ("rated_by__isnull", True),
                                ("score__isnull", True),
                                ("words", ""),
                            ),
                            models.Q(
                                ("rated_at__isnull", False), ("rated_by__isnull", False), ("score__in", [1, 2, 3])
                            ),
                            _connector="OR",
                        ),
                        name="survey_rated_by_somebody",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="rating",
            field=models.PositiveSmallIntegerField(
                blank=True, choices=[(1, "Bad"), (2, "So-so"), (3, "Good")], null=True, verbose_name="rating"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)), fields=["resolved_at"], name="ticket_resolved"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__isnull", True), ("rating__in", [1, 2, 3]), _connector="OR"),
                name="ticket_rating_is_a_score",
            ),
        ),
    ]
