import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0012_idempotency_and_use_of_tokens"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="events"
                    ),
                ),
                ("with_notes", models.BooleanField(default=False, verbose_name="internal notes too")),
                ("key", helpdesk.core.fields.EncryptedTextField(editable=False, verbose_name="key")),
                (
                    "key_before",
                    helpdesk.core.fields.EncryptedTextField(blank=True, editable=False, verbose_name="key before"),
                ),
                (
                    "key_before_until",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="key before is good until"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("reason", models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="failures")),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="failing since"),
                ),
                (
                    "rests_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rests until"),
                ),
                ("told_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="owner told")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hooks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="only of the team",
                    ),
                ),
            ],
            options={
                "verbose_name": "web hook",
                "verbose_name_plural": "web hooks",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="hook_has_name"),
                    models.CheckConstraint(
                        condition=models.Q(("events", []), _negated=True), name="hook_wants_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failing_since__isnull", True), ("failures", 0)),
                            models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                            _connector="OR",
                        ),
                        name="hook_fails_since",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="webhook-id")),
                ("kind", models.CharField(max_length=40, verbose_name="event")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("thread", models.CharField(max_length=64, verbose_name="about")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("delivered", "Delivered"),
                            ("dropped", "Nothing to tell"),
                            ("failed", "Given up"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="happened"),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="due")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent",
                        to="webhooks.hook",
                        verbose_name="web hook",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a web hook",
                "verbose_name_plural": "events of web hooks",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "waiting"])),
                        fields=["due_at", "id"],
                        name="hook_event_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "waiting"])),
                        fields=["hook", "thread", "id"],
                        name="hook_event_thread",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "waiting"]), _negated=True),
                        fields=["finished_at"],
                        name="hook_event_finished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="hook_event_sent_under_a_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["sending", "waiting"])),
                            models.Q(
                                models.Q(("state__in", ["sending", "waiting"]), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hook_event_ends_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="at")),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="status")),
                ("took_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                ("answer", models.CharField(blank=True, max_length=1024, verbose_name="answer")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="webhooks.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ["-pk"],
            },
        ),
    ]
