import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without locking out whoever writes meanwhile, so not in one transaction."""

    atomic = False

    dependencies = [("tickets", "0002_saved_views")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("kind", "reply")), fields=["author", "created_at"], name="message_replied"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("subject", config="russian"), name="ticket_subject_words"
            ),
        ),
    ]
