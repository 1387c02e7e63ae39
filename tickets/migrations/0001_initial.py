import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE tickets_number START WITH 20001",
            reverse_sql="DROP SEQUENCE IF EXISTS tickets_number",
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(
                            models.Value("tickets_number"), function="nextval", output_field=models.BigIntegerField()
                        ),
                        unique=True,
                        verbose_name="number",
                    ),
                ),
                ("subject", models.CharField(max_length=500, verbose_name="subject")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("waiting", "Waiting"),
                            ("on_hold", "On hold"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                        default=2,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("mail", "Mail"),
                            ("desk", "Desk"),
                            ("cabinet", "Cabinet"),
                            ("phone", "Phone"),
                            ("api", "API"),
                        ],
                        default="desk",
                        max_length=16,
                        verbose_name="channel",
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="tags",
                    ),
                ),
                ("snippet", models.CharField(blank=True, max_length=200, verbose_name="snippet")),
                ("awaits_approval", models.PositiveIntegerField(default=0, verbose_name="waiting for approval")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "active_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="last activity"
                    ),
                ),
                ("first_response_at", models.DateTimeField(blank=True, null=True, verbose_name="first response")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assigned_tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assignee",
                    ),
                ),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to="tickets.ticket",
                        verbose_name="follow-up of",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requested_tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requester",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
                "indexes": [
                    models.Index(fields=["-active_at", "-id"], name="ticket_active"),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                        fields=["-active_at", "-id"],
                        name="ticket_unfinished",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                        fields=["team", "-active_at", "-id"],
                        name="ticket_team",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "waiting", "on_hold"))),
                        fields=["assignee", "-active_at", "-id"],
                        name="ticket_assignee",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assignee__isnull", True), ("status__in", ("new", "open", "waiting", "on_hold"))
                        ),
                        fields=["-active_at", "-id"],
                        name="ticket_unassigned",
                    ),
                    models.Index(fields=["requester", "-active_at", "-id"], name="ticket_requester"),
                    models.Index(fields=["organisation", "-active_at", "-id"], name="ticket_organisation"),
                    models.Index(fields=["status", "-active_at", "-id"], name="ticket_status"),
                    django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="ticket_tags"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("status", "closed")),
                            models.Q(models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="ticket_closed_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "resolved"), _negated=True),
                            ("resolved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="ticket_resolved_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="ticket_has_subject"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("inbound", "Inbound"), ("reply", "Reply"), ("note", "Note")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("mail", "Mail"),
                            ("desk", "Desk"),
                            ("cabinet", "Cabinet"),
                            ("phone", "Phone"),
                            ("api", "API"),
                        ],
                        max_length=16,
                        verbose_name="channel",
                    ),
                ),
                ("from_name", models.CharField(blank=True, max_length=200, verbose_name="from, name")),
                ("from_address", models.CharField(blank=True, max_length=254, verbose_name="from, address")),
                ("sent_to", models.JSONField(default=list, verbose_name="to")),
                ("sent_cc", models.JSONField(default=list, verbose_name="cc")),
                ("subject", models.CharField(blank=True, max_length=500, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("folds", models.JSONField(default=list, verbose_name="folded ranges")),
                ("html", models.TextField(blank=True, verbose_name="HTML")),
                ("has_remote_pictures", models.BooleanField(default=False, verbose_name="remote pictures")),
                ("message_id", models.CharField(blank=True, max_length=998, verbose_name="Message-ID")),
                ("in_reply_to", models.CharField(blank=True, max_length=998, verbose_name="in reply to")),
                ("thread_signal", models.CharField(blank=True, max_length=32, verbose_name="why here")),
                ("thread_confidence", models.PositiveSmallIntegerField(default=100, verbose_name="confidence")),
                ("content_hash", models.CharField(blank=True, max_length=64, verbose_name="content hash")),
                (
                    "approval",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not needed"),
                            ("pending", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="approval",
                    ),
                ),
                ("flags", models.JSONField(blank=True, default=dict, verbose_name="flags")),
                ("written_at", models.DateTimeField(blank=True, null=True, verbose_name="written")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="arrived"),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        blank=True, editable=False, max_length=64, null=True, verbose_name="idempotency key"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [models.Index(fields=["ticket", "id"], name="message_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "inbound"), models.Q(("message_id", ""), _negated=True)),
                        fields=("message_id", "content_hash"),
                        name="message_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key__isnull", False)),
                        fields=("author", "idempotency_key"),
                        name="message_idempotency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("filename", models.CharField(max_length=255, verbose_name="name")),
                ("content_type", models.CharField(max_length=127, verbose_name="content type")),
                ("declared_type", models.CharField(blank=True, max_length=127, verbose_name="declared type")),
                ("content_id", models.CharField(blank=True, max_length=250, verbose_name="Content-ID")),
                ("is_inline", models.BooleanField(default=False, verbose_name="inline")),
                ("size", models.PositiveBigIntegerField(verbose_name="size, bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("file", models.FileField(upload_to="", verbose_name="file")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.message",
                        verbose_name="message",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="added"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("ticket", "user"), name="participant_once")],
            },
        ),
        migrations.CreateModel(
            name="TicketEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(
                            models.Value("tickets_number"), function="nextval", output_field=models.BigIntegerField()
                        ),
                        verbose_name="number",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("waiting", "Waiting"),
                            ("on_hold", "On hold"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                        default=2,
                        verbose_name="priority",
                    ),
                ),
                ("subject", models.CharField(max_length=500, verbose_name="subject")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assignee",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="id_number_status_priority_assignee_team_requester_subject_events",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requester",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Watcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watchers",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watched",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "watcher",
                "verbose_name_plural": "watchers",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("ticket", "user"), name="watcher_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="ticket_changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."requester_id" IS DISTINCT FROM (NEW."requester_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id"))',
                    func='INSERT INTO "tickets_ticketevent" ("assignee_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "requester_id", "status", "subject", "team_id") VALUES (NEW."assignee_id", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'ticket_changed\', NEW."id", NEW."priority", NEW."requester_id", NEW."status", NEW."subject", NEW."team_id"); RETURN NULL;',
                    hash="f46fe96c0fe0c1cf6ba511d94fdc51392a63beab",
                    operation="UPDATE",
                    pgid="pgtrigger_ticket_changed_update_9516c",
                    table="tickets_ticket",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticketevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="825ed2aae011e1b02ab1de9d04b2e765d5eab462",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2f517",
                    table="tickets_ticketevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
