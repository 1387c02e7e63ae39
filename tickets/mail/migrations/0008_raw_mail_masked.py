from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0007_mailboxes_take_turns")]

    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="masked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="masked"),
        ),
    ]
