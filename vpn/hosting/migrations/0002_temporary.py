import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_vault_and_keys"),
        ("accounts", "__first__"),
        ("hosting", "0001_initial"),
        ("tickets", "0017_index_of_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryDoor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connector", models.CharField(max_length=40, verbose_name="kind")),
                ("address", models.CharField(max_length=500, verbose_name="address")),
                ("login", models.CharField(blank=True, max_length=200, verbose_name="login")),
                ("authority", models.TextField(blank=True, verbose_name="authority's certificate")),
                ("options", models.JSONField(blank=True, default=dict, verbose_name="options")),
                ("host_key", models.CharField(blank=True, max_length=4000, verbose_name="host key")),
                ("host_key_seen", models.CharField(blank=True, max_length=4000, verbose_name="host key shown")),
                (
                    "host_key_confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="host key confirmed"),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="removed")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="facts asked for")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="what answers")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                ("trouble", models.CharField(blank=True, max_length=500, verbose_name="trouble")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="facts asked for by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "host_key_confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="host key confirmed by",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="hosting.secret",
                        verbose_name="secret",
                    ),
                ),
            ],
            options={
                "verbose_name": "door of an entry",
                "verbose_name_plural": "doors of entries",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked_at__isnull", False)), fields=["asked_at"], name="vault_door_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), _negated=True), models.Q(("connector", ""), _negated=True)
                        ),
                        name="vault_door_leads_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("host_key", ""),
                                ("host_key_confirmed_at__isnull", True),
                                ("host_key_confirmed_by__isnull", True),
                            ),
                            models.Q(
                                ("host_key_confirmed_at__isnull", False),
                                ("host_key_confirmed_by__isnull", False),
                                models.Q(("host_key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="vault_door_host_key_confirmed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemporaryAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("name", models.CharField(editable=False, max_length=32, unique=True, verbose_name="name over there")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being made"),
                            ("active", "Active"),
                            ("ending", "Being removed"),
                            ("ended", "Removed"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                ("until", models.DateTimeField(verbose_name="until")),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made")),
                ("login", models.CharField(blank=True, max_length=200, verbose_name="login")),
                (
                    "given",
                    helpdesk.core.fields.EncryptedTextField(blank=True, editable=False, verbose_name="what was given"),
                ),
                ("shown_at", models.DateTimeField(blank=True, null=True, verbose_name="shown")),
                ("end_asked_at", models.DateTimeField(blank=True, null=True, verbose_name="end asked for")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="due")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("trouble", models.CharField(blank=True, max_length=500, verbose_name="trouble")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="alarm given")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "door",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="temporary",
                        to="hosting.entrydoor",
                        verbose_name="door",
                    ),
                ),
                (
                    "end_asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="end asked for by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="temporary",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "for_whom",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="temporary_accesses",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="for",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "temporary access",
                "verbose_name_plural": "temporary accesses",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["ended", "failed"]), _negated=True),
                        fields=["due_at", "id"],
                        name="vault_temporary_due",
                    ),
                    models.Index(fields=["entry", "id"], name="vault_temporary_of_entry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="vault_temporary_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("created_at"))),
                        name="vault_temporary_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["ended", "failed"])),
                            models.Q(
                                models.Q(("state__in", ["ended", "failed"]), _negated=True), ("ended_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="vault_temporary_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given", ""), models.Q(("shown_at__isnull", True), ("state", "active")), _connector="OR"
                        ),
                        name="vault_temporary_given_until_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_asked_by__isnull", True), ("end_asked_at__isnull", False), _connector="OR"
                        ),
                        name="vault_temporary_end_asked_at_a_moment",
                    ),
                ],
            },
        ),
    ]
