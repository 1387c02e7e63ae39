import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_attempts_at_the_doors"),
        ("accounts", "__first__"),
        ("tickets", "0009_composing"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(verbose_name="key")),
                ("verb", models.CharField(max_length=64, verbose_name="verb")),
                ("done", models.JSONField(default=list, verbose_name="done")),
                ("refused", models.JSONField(default=list, verbose_name="refused")),
                ("left", models.JSONField(default=list, verbose_name="left as they are")),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made"),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bulk_changes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk change",
                "verbose_name_plural": "bulk changes",
                "indexes": [models.Index(fields=["by", "made_at"], name="bulk_change_by")],
                "constraints": [models.UniqueConstraint(fields=("by", "key"), name="bulk_change_once")],
            },
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["-created_at", "-id"], name="ticket_created"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                fields=["-created_at", "-id"],
                name="ticket_created_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                fields=["-number", "-id"],
                name="ticket_number_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                fields=["-priority", "-active_at", "-id"],
                name="ticket_priority_unfinished",
            ),
        ),
    ]
