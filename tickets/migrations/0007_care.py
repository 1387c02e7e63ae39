import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The indexes without locking out whoever writes meanwhile, so not in one transaction."""

    atomic = False

    dependencies = [
        ("accounts", "0002_attempts_at_the_doors"),
        ("tickets", "0006_indexes_of_categories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PieceOfNews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "The customer writes"),
                            ("replied", "A colleague answers"),
                            ("noted", "A colleague leaves a note"),
                            ("changed", "Status, priority, assignee or team change"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("verb", models.CharField(max_length=64, verbose_name="verb")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                (
                    "happened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="happened"),
                ),
            ],
            options={
                "verbose_name": "piece of news",
                "verbose_name_plural": "news",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="WatchingChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("received", "The customer writes"),
                                ("replied", "A colleague answers"),
                                ("noted", "A colleague leaves a note"),
                                ("changed", "Status, priority, assignee or team change"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kinds",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notices",
                "verbose_name_plural": "choices of notices",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="archived"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="locked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="locked"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="locked_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="locked_tickets",
                to=settings.AUTH_USER_MODEL,
                verbose_name="locked by",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="snoozed until"),
        ),
        migrations.AddField(
            model_name="pieceofnews",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="pieceofnews",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.message",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="pieceofnews",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.ticket",
                verbose_name="ticket",
            ),
        ),
        migrations.AddField(
            model_name="watchingchoice",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="watching_choice",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("locked_by__isnull", True), ("locked_at__isnull", False), _connector="OR"),
                name="ticket_locked_with_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("archived_at__isnull", True), ("status", "closed"), _connector="OR"),
                name="ticket_archived_is_closed",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True)), fields=["-active_at", "-id"], name="ticket_current"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)), fields=["-active_at", "-id"], name="ticket_archived"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True), ("status__in", ("new", "open", "waiting", "on_hold"))
                ),
                fields=["-active_at", "-id"],
                name="ticket_awake",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True), ("status__in", ("new", "open", "waiting", "on_hold"))
                ),
                fields=["team", "-active_at", "-id"],
                name="ticket_awake_team",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True), ("status__in", ("new", "open", "waiting", "on_hold"))
                ),
                fields=["assignee", "-active_at", "-id"],
                name="ticket_awake_assignee",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True),
                    ("status__in", ("new", "open", "waiting", "on_hold")),
                    ("assignee__isnull", True),
                ),
                fields=["-active_at", "-id"],
                name="ticket_awake_unassigned",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False)),
                fields=["-active_at", "-id"],
                name="ticket_snoozed",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False)), fields=["snoozed_until"], name="ticket_to_wake"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("locked_by__isnull", False)), fields=["locked_by"], name="ticket_locked"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True), ("status", "closed")),
                fields=["closed_at"],
                name="ticket_to_archive",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="ticket",
            name="ticket_unfinished",
        ),
        RemoveIndexConcurrently(
            model_name="ticket",
            name="ticket_team",
        ),
        RemoveIndexConcurrently(
            model_name="ticket",
            name="ticket_assignee",
        ),
        RemoveIndexConcurrently(
            model_name="ticket",
            name="ticket_unassigned",
        ),
    ]
