import django.db.models.deletion
from django.db import migrations, models

EARLIER = (
    # family, measure, limit, minutes as they came along; what they come along with now
    ("raw_mail", "oldest_seconds", 300, 2, 180, 2),
    ("mailboxes", "failed", 0, 10, 0, 4),
    ("route", "oldest_seconds", 300, 2, 180, 2),
    ("outbox_resting", "failed", 0, 5, 0, 2),
    ("directories", "failed", 0, 10, 0, 4),
    ("planned", "oldest_seconds", 300, 2, 180, 2),
    ("search", "oldest_seconds", 60, 5, 60, 4),
    ("celery", "oldest_seconds", 180, 2, 90, 2),
    ("beat", "oldest_seconds", 180, 2, 90, 2),
    ("broker", "level", 85, 5, 85, 4),
)


def tell_sooner(apps, schema_editor):
    """Thresholds that nobody has changed tell as soon as those that come along now."""
    threshold = apps.get_model("operations", "Threshold")
    for family, measure, limit, minutes, new_limit, new_minutes in EARLIER:
        same = threshold.objects.filter(family=family, measure=measure, limit=limit, minutes=minutes)
        same.update(limit=new_limit, minutes=new_minutes)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0006_what_is_waited_for_first"),
        ("operations", "0001_watch"),
    ]

    operations = [
        migrations.RunPython(tell_sooner, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="alertway",
            name="way",
            field=models.CharField(
                choices=[("mail", "E-mail"), ("gateway", "Web address"), ("service", "Messenger or SMS")],
                default="mail",
                max_length=8,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="alertway",
            name="messenger",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notifications.gateway",
                verbose_name="gateway",
            ),
        ),
        migrations.AddField(
            model_name="alertway",
            name="receiver",
            field=models.CharField(blank=True, max_length=120, verbose_name="receiver at the gateway"),
        ),
        migrations.AddConstraint(
            model_name="alertway",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("messenger__isnull", False), ("way", "service"), models.Q(("receiver", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("way", "service"), _negated=True), ("messenger__isnull", True), ("receiver", "")
                    ),
                    _connector="OR",
                ),
                name="way_by_messenger_goes_to_somebody",
            ),
        ),
    ]
