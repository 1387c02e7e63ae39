import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import helpdesk.accounts.enums


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_newest_messages_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("taken_back_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True), ("taken_back_at__isnull", True)),
                        fields=("person",),
                        name="erasure_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, verbose_name="address")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("is_manager", models.BooleanField(default=False, verbose_name="as manager")),
                ("is_doubtful", models.BooleanField(default=False, verbose_name="for an administrator to decide")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True, verbose_name="SHA-256")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="created")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True)),
                        fields=("organisation", "address"),
                        name="invitation_one_open",
                    )
                ],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisation",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="update_update",
        ),
        migrations.AddField(
            model_name="organisation",
            name="is_asked_rating",
            field=models.BooleanField(
                default=True,
                help_text="Its people are asked by mail how their requests were resolved.",
                verbose_name="is asked how it was",
            ),
        ),
        migrations.AddField(
            model_name="organisationevent",
            name="is_asked_rating",
            field=models.BooleanField(
                default=True,
                help_text="Its people are asked by mail how their requests were resolved.",
                verbose_name="is asked how it was",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_topics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("own", "Answers to my requests"),
                        ("followed", "Answers to requests I follow"),
                        ("organisation", "New requests of my company"),
                        ("surveys", "How it was, after a request is solved"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=helpdesk.accounts.enums.usual_topics,
                size=None,
                verbose_name="mail about",
            ),
        ),
        migrations.AddField(
            model_name="userevent",
            name="mail_topics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("own", "Answers to my requests"),
                        ("followed", "Answers to requests I follow"),
                        ("organisation", "New requests of my company"),
                        ("surveys", "How it was, after a request is solved"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=helpdesk.accounts.enums.usual_topics,
                size=None,
                verbose_name="mail about",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="door",
            field=models.CharField(
                choices=[("password", "Password"), ("link", "Sign-in link"), ("invite", "Invitation")],
                max_length=8,
                verbose_name="door",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_organisationevent" ("created_at", "domains", "id", "is_asked_rating", "name", "notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."domains", NEW."id", NEW."is_asked_rating", NEW."name", NEW."notes", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="846ce8cd772167cde317fbedeaab68c14eae6b2a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_66a5c",
                    table="accounts_organisation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_organisationevent" ("created_at", "domains", "id", "is_asked_rating", "name", "notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."domains", NEW."id", NEW."is_asked_rating", NEW."name", NEW."notes", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="d9949159510b755623ea7bf17473f3aac0f50071",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9e5fc",
                    table="accounts_organisation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_userevent" ("date_joined", "email", "id", "is_active", "is_auditor", "language", "mail_topics", "name", "newest_first", "notes", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "signature", "theme", "time_zone") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_auditor", NEW."language", NEW."mail_topics", NEW."name", NEW."newest_first", NEW."notes", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."signature", NEW."theme", NEW."time_zone"); RETURN NULL;',
                    hash="8ce08960d523a48652867c1299525e9efba0a1ad",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3867c",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_auditor" IS DISTINCT FROM (NEW."is_auditor") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."mail_topics" IS DISTINCT FROM (NEW."mail_topics") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."newest_first" IS DISTINCT FROM (NEW."newest_first") OR OLD."notes" IS DISTINCT FROM (NEW."notes") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."signature" IS DISTINCT FROM (NEW."signature") OR OLD."theme" IS DISTINCT FROM (NEW."theme") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                    func='INSERT INTO "accounts_userevent" ("date_joined", "email", "id", "is_active", "is_auditor", "language", "mail_topics", "name", "newest_first", "notes", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "signature", "theme", "time_zone") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_auditor", NEW."language", NEW."mail_topics", NEW."name", NEW."newest_first", NEW."notes", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."signature", NEW."theme", NEW."time_zone"); RETURN NULL;',
                    hash="63de745736afcfebab5bf978a703b42f89959d69",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0e890",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
    ]
