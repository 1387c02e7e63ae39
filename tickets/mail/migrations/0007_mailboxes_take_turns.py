from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0006_mailboxes_ask_how_it_was"),
        ("tickets", "0015_counters_by_index_alone"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="rawmail",
            name="raw_mail_waiting",
        ),
        migrations.AddIndex(
            model_name="rawmail",
            index=models.Index(
                condition=models.Q(("state__in", ["stored", "processing"])),
                fields=["mailbox", "id"],
                name="raw_mail_turn",
            ),
        ),
    ]
