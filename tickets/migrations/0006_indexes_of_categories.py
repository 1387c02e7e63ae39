import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without locking out whoever writes meanwhile, so not in one transaction."""

    atomic = False

    dependencies = [("tickets", "0005_categories_and_fields")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("category__isnull", False)),
                fields=["category", "-active_at", "-id"],
                name="ticket_category",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["fields"], name="ticket_fields", opclasses=["jsonb_path_ops"]
            ),
        ),
    ]
