"""How a question is answered depends on how many documents the planner sees for it: of ten thousand words it has to know
how common they are, not of a thousand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0002_documents_that_know_their_readers")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE search_document ALTER COLUMN vector SET STATISTICS 1000",
            "ALTER TABLE search_document ALTER COLUMN vector SET STATISTICS DEFAULT",
        ),
    ]
