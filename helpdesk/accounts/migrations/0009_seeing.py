import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_rules_of_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seeing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="began")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "administrator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="administrator",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seen_by",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "seeing as somebody",
                "verbose_name_plural": "seeing as somebody",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("administrator", models.F("person")), _negated=True),
                        name="seeing_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="seeing_for_a_reason"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("administrator",),
                        name="seeing_one_at_a_time",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_sessions_stay_ended",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."session_epoch" < (OLD."session_epoch"))',
                    func="NEW.session_epoch := OLD.session_epoch; RETURN NEW;",
                    hash="4cd8f0e34fc71bb9cc152a10a15c9576d2ae0df1",
                    operation="UPDATE",
                    pgid="pgtrigger_ended_sessions_stay_ended_0b872",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
    ]
