"""What an engine with a server of its own has yet to be told."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("search", "0003_estimates_that_know_rare_words")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.IntegerField(verbose_name="kind of thing")),
                ("key", models.BigIntegerField(blank=True, null=True, verbose_name="thing")),
                ("under", models.BigIntegerField(blank=True, null=True, verbose_name="shown under")),
                ("after", models.BigIntegerField(blank=True, null=True, verbose_name="after")),
                ("upto", models.BigIntegerField(blank=True, null=True, verbose_name="up to")),
                ("document", models.JSONField(blank=True, null=True, verbose_name="document")),
                ("created_at", models.DateTimeField(db_default=Now(), verbose_name="since")),
            ],
            options={
                "verbose_name": "change that the search is not told of yet",
                "verbose_name_plural": "changes that the search is not told of yet",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="search_change_once"),
                    models.UniqueConstraint(fields=("kind", "under"), name="search_change_under_once"),
                    models.CheckConstraint(
                        condition=models.Q(key__isnull=False, under__isnull=True, after__isnull=True, upto__isnull=True)
                        | models.Q(key__isnull=True, under__isnull=False, after__isnull=True, upto__isnull=True)
                        | models.Q(key__isnull=True, under__isnull=True, after__isnull=False, upto__isnull=False),
                        name="search_change_of_one_kind",
                    ),
                ],
            },
        ),
    ]
