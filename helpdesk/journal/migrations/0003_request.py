from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("journal", "0002_auditors_filters")]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=HashIndex(fields=["request_id"], name="journal_entry_request", condition=~models.Q(request_id="")),
        ),
    ]
