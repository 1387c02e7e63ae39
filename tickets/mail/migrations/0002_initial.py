import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("mail", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailThread",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mail_thread",
                        serialize=False,
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="mail.mailbox",
                        verbose_name="mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail thread",
                "verbose_name_plural": "mail threads",
            },
        ),
        migrations.CreateModel(
            name="RawMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("imap", "IMAP"), ("pop3", "POP3"), ("smtp", "SMTP inlet"), ("file", "File")],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("uid_validity", models.BigIntegerField(blank=True, null=True, verbose_name="UIDVALIDITY")),
                ("uid", models.CharField(blank=True, max_length=255, verbose_name="UID")),
                ("envelope_from", models.CharField(blank=True, max_length=320, verbose_name="envelope sender")),
                ("envelope_to", models.JSONField(default=list, verbose_name="envelope recipients")),
                ("peer", models.GenericIPAddressField(blank=True, null=True, verbose_name="handed over by")),
                ("content", models.BinaryField(verbose_name="source text")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveBigIntegerField(verbose_name="size, bytes")),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="received"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stored", "Stored"),
                            ("processing", "Processing"),
                            ("processed", "Processed"),
                            ("duplicate", "Duplicate"),
                            ("ignored", "Ignored"),
                            ("quarantined", "Quarantined"),
                        ],
                        default="stored",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("kind", models.CharField(blank=True, max_length=12, verbose_name="kind")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="due"),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("findings", models.JSONField(default=dict, verbose_name="findings")),
                (
                    "mailbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raw_mails",
                        to="mail.mailbox",
                        verbose_name="mailbox",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="raw_mails",
                        to="tickets.message",
                        verbose_name="message",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="raw_mails",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "raw mail",
                "verbose_name_plural": "raw mails",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["stored", "processing"])),
                        fields=["id"],
                        name="raw_mail_waiting",
                    ),
                    models.Index(fields=["state", "-id"], name="raw_mail_state"),
                    models.Index(fields=["sha256"], name="raw_mail_sha256"),
                    models.Index(fields=["mailbox", "-id"], name="raw_mail_mailbox"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uid", ""), _negated=True),
                        fields=("mailbox", "uid_validity", "uid"),
                        name="raw_mail_once_on_server",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "processing")),
                            models.Q(models.Q(("state", "processing"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="raw_mail_lease_while_processing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["stored", "processing"])),
                            models.Q(
                                models.Q(("state__in", ["stored", "processing"]), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="raw_mail_finished_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ignored", "quarantined", "duplicate"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="raw_mail_reason_given",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="knownid",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="known_ids",
                to="tickets.message",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="knownid",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="known_ids",
                to="tickets.ticket",
                verbose_name="ticket",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="New tickets of this mailbox go to this team.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mailboxes",
                to="accounts.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="mailboxevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="mailboxevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mail.mailbox",
            ),
        ),
        migrations.AddField(
            model_name="mailboxevent",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="New tickets of this mailbox go to this team.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="accounts.team",
                verbose_name="team",
            ),
        ),
        migrations.AddIndex(
            model_name="knownid",
            index=models.Index(fields=["value"], name="known_id_value"),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("is_default",), name="mailbox_one_default"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("protocol", "none"), models.Q(("in_host", ""), _negated=True), _connector="OR"),
                name="mailbox_server_named",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailbox",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "mail_mailboxevent" ("acknowledge", "address", "after_fetch", "also_known_as", "folder", "from_name", "id", "in_host", "in_port", "in_security", "in_username", "is_active", "is_default", "language", "last_uid", "move_to", "name", "out_host", "out_port", "out_security", "out_username", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "protocol", "reopen_days", "server_count", "signature", "team_id", "uid_validity", "verify_certificate") VALUES (NEW."acknowledge", NEW."address", NEW."after_fetch", NEW."also_known_as", NEW."folder", NEW."from_name", NEW."id", NEW."in_host", NEW."in_port", NEW."in_security", NEW."in_username", NEW."is_active", NEW."is_default", NEW."language", NEW."last_uid", NEW."move_to", NEW."name", NEW."out_host", NEW."out_port", NEW."out_security", NEW."out_username", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."protocol", NEW."reopen_days", NEW."server_count", NEW."signature", NEW."team_id", NEW."uid_validity", NEW."verify_certificate"); RETURN NULL;',
                    hash="5e179c90f2026df735394a93737da4533c1c79c4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_04c33",
                    table="mail_mailbox",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailbox",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."acknowledge" IS DISTINCT FROM (NEW."acknowledge") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."after_fetch" IS DISTINCT FROM (NEW."after_fetch") OR OLD."also_known_as" IS DISTINCT FROM (NEW."also_known_as") OR OLD."folder" IS DISTINCT FROM (NEW."folder") OR OLD."from_name" IS DISTINCT FROM (NEW."from_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."in_host" IS DISTINCT FROM (NEW."in_host") OR OLD."in_port" IS DISTINCT FROM (NEW."in_port") OR OLD."in_security" IS DISTINCT FROM (NEW."in_security") OR OLD."in_username" IS DISTINCT FROM (NEW."in_username") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."last_uid" IS DISTINCT FROM (NEW."last_uid") OR OLD."move_to" IS DISTINCT FROM (NEW."move_to") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."out_host" IS DISTINCT FROM (NEW."out_host") OR OLD."out_port" IS DISTINCT FROM (NEW."out_port") OR OLD."out_security" IS DISTINCT FROM (NEW."out_security") OR OLD."out_username" IS DISTINCT FROM (NEW."out_username") OR OLD."protocol" IS DISTINCT FROM (NEW."protocol") OR OLD."reopen_days" IS DISTINCT FROM (NEW."reopen_days") OR OLD."server_count" IS DISTINCT FROM (NEW."server_count") OR OLD."signature" IS DISTINCT FROM (NEW."signature") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."uid_validity" IS DISTINCT FROM (NEW."uid_validity") OR OLD."verify_certificate" IS DISTINCT FROM (NEW."verify_certificate"))',
                    func='INSERT INTO "mail_mailboxevent" ("acknowledge", "address", "after_fetch", "also_known_as", "folder", "from_name", "id", "in_host", "in_port", "in_security", "in_username", "is_active", "is_default", "language", "last_uid", "move_to", "name", "out_host", "out_port", "out_security", "out_username", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "protocol", "reopen_days", "server_count", "signature", "team_id", "uid_validity", "verify_certificate") VALUES (NEW."acknowledge", NEW."address", NEW."after_fetch", NEW."also_known_as", NEW."folder", NEW."from_name", NEW."id", NEW."in_host", NEW."in_port", NEW."in_security", NEW."in_username", NEW."is_active", NEW."is_default", NEW."language", NEW."last_uid", NEW."move_to", NEW."name", NEW."out_host", NEW."out_port", NEW."out_security", NEW."out_username", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."protocol", NEW."reopen_days", NEW."server_count", NEW."signature", NEW."team_id", NEW."uid_validity", NEW."verify_certificate"); RETURN NULL;',
                    hash="116f71d5e350165ba6c16a113e152a9ed5b1928d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_28e82",
                    table="mail_mailbox",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailboxevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="624d42df76802e5ec6b460206eb28fe18eddc0e0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ad8b8",
                    table="mail_mailboxevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(
            # Mail is mostly base64, which pglz hardly squeezes and pays for with more time than parsing takes.
            sql="ALTER TABLE mail_rawmail ALTER COLUMN content SET STORAGE EXTERNAL",
            reverse_sql="",
        ),
    ]
