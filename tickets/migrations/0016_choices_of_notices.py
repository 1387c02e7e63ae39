"""What people chose for watched tickets becomes a part of their choices of notices."""

from django.db import migrations, models

FOLLOWED = {
    "received": "received",
    "reopened": "received",
    "replied": "replied",
    "noted": "noted",
    "changed": "changed",
}


def keep_choices(apps, schema_editor):
    watching = apps.get_model("tickets", "WatchingChoice")
    choices = apps.get_model("notifications", "PersonChoice")
    for row in watching.objects.order_by("pk").iterator():
        wanted = {occasion: ["desk"] for occasion, kind in FOLLOWED.items() if kind not in row.kinds}
        if wanted:
            choices.objects.get_or_create(person_id=row.user_id, defaults={"wanted": wanted})


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_telling_people"),
        ("tickets", "0015_counters_by_index_alone"),
    ]

    operations = [
        migrations.RunPython(keep_choices, migrations.RunPython.noop),
        migrations.DeleteModel("WatchingChoice"),
        migrations.AlterField(
            model_name="pieceofnews",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "A new ticket"),
                    ("received", "The customer writes"),
                    ("replied", "A colleague answers"),
                    ("noted", "A colleague leaves a note"),
                    ("changed", "Status, priority, assignee or team change"),
                    ("mentioned", "A colleague calls me in a note"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
    ]
