import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0013_vault_and_keys"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("search", "0002_documents_that_know_their_readers"),
        ("tickets", "0017_index_of_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("server", "Server"),
                            ("panel", "Panel"),
                            ("shop", "Shop"),
                            ("database", "Database"),
                            ("other", "Other"),
                        ],
                        default="server",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("host", models.CharField(blank=True, max_length=255, verbose_name="host")),
                ("url", models.CharField(blank=True, max_length=1000, verbose_name="address")),
                ("login", models.CharField(blank=True, max_length=200, verbose_name="login")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                ("how_to_get_there", models.TextField(blank=True, verbose_name="how to get there")),
                ("needs_proof", models.BooleanField(default=False, verbose_name="wants a fresh proof")),
                ("needs_four_eyes", models.BooleanField(default=False, verbose_name="wants a second person")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                ("removal_asked_at", models.DateTimeField(blank=True, null=True, verbose_name="removal asked")),
                ("taken_out_at", models.DateTimeField(blank=True, null=True, verbose_name="taken out")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Upper(
                            django.db.models.functions.text.Concat(
                                "name",
                                models.Value(" "),
                                "host",
                                models.Value(" "),
                                "url",
                                models.Value(" "),
                                "login",
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vault_entries",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "removal_asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="removal asked by",
                    ),
                ),
                (
                    "taken_out_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken out by",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the vault",
                "verbose_name_plural": "access vault",
                "ordering": ["-pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("words"), name="gin_trgm_ops"),
                        name="vault_entry_words",
                    ),
                    models.Index(
                        django.db.models.functions.text.Lower("name"), models.F("id"), name="vault_entry_name"
                    ),
                    models.Index(
                        condition=models.Q(("taken_out_at__isnull", True)),
                        fields=["organisation", "id"],
                        name="vault_entry_of",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="vault_entry_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removal_asked_at__isnull", True), ("removal_asked_by__isnull", True)),
                            models.Q(("removal_asked_at__isnull", False), ("removal_asked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="vault_entry_removal_asked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_out_at__isnull", True), ("taken_out_by__isnull", True)),
                            models.Q(("taken_out_at__isnull", False), ("taken_out_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="vault_entry_taken_out_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "granted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="granted"),
                ),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="granted by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vault_grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "grant of an entry",
                "verbose_name_plural": "grants of entries",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="vault_grant_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("granted_at"))),
                        name="vault_grant_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_by__isnull", True), ("ended_at__isnull", False), _connector="OR"),
                        name="vault_grant_ended_at_a_moment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("entry", "user"),
                        name="vault_grant_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Secret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("ssh_key", "SSH key"),
                            ("token", "Token"),
                            ("other", "Other"),
                        ],
                        default="password",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="label")),
                ("value", helpdesk.core.fields.EncryptedTextField(blank=True, editable=False, verbose_name="value")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("desk", "The desk"),
                            ("cabinet", "The cabinet"),
                            ("link", "A secure link"),
                            ("message", "A message"),
                        ],
                        max_length=16,
                        verbose_name="came by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"),
                ),
                ("wiped_at", models.DateTimeField(blank=True, null=True, verbose_name="wiped")),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secrets",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "secret",
                "verbose_name_plural": "secrets",
                "ordering": ["entry", "label", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("label", ""), _negated=True), name="vault_secret_has_label"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wiped_at__isnull", True), models.Q(("value", ""), _negated=True)),
                            models.Q(("value", ""), ("wiped_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="vault_secret_has_value_until_wiped",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("wiped_at__isnull", True)),
                        fields=("entry", "label"),
                        name="vault_secret_label_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reveal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "kind",
                    models.CharField(
                        choices=[("shown", "Shown"), ("copied", "Copied"), ("used", "Used")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="at")),
                ("until", models.DateTimeField(verbose_name="until")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vault_reveals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reveals",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vault_reveals",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reveals",
                        to="hosting.secret",
                        verbose_name="secret",
                    ),
                ),
            ],
            options={
                "verbose_name": "reveal",
                "verbose_name_plural": "reveals",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["entry", "id"], name="vault_reveal_of_entry"),
                    models.Index(fields=["by", "at"], name="vault_reveal_who"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="vault_reveal_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("by")), _negated=True),
                        name="vault_reveal_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", False), ("kind", "used"), _connector="OR"),
                        name="vault_reveal_shown_to_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevealRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("used", "Used"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="asked"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("good_until", models.DateTimeField(blank=True, null=True, verbose_name="good until")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "reveal",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="hosting.reveal",
                        verbose_name="reveal",
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
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="hosting.secret",
                        verbose_name="secret",
                    ),
                ),
            ],
            options={
                "verbose_name": "request to reveal",
                "verbose_name_plural": "requests to reveal",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="vault_request_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("by")), _negated=True),
                        name="vault_request_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vault_request_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reveal__isnull", False), ("state", "used")),
                            models.Q(models.Q(("state", "used"), _negated=True), ("reveal__isnull", True)),
                            _connector="OR",
                        ),
                        name="vault_request_used_by_a_reveal",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("secret", "by"), name="vault_request_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DropLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True, verbose_name="SHA-256")),
                ("asked", models.CharField(max_length=100, verbose_name="asked for")),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                ("taken_back_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
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
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drop_links",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hosting.secret",
                        verbose_name="secret",
                    ),
                ),
            ],
            options={
                "verbose_name": "secure link",
                "verbose_name_plural": "secure links",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked", ""), _negated=True), name="vault_link_asks_for_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("secret__isnull", True), ("used_at__isnull", True)),
                            models.Q(("secret__isnull", False), ("used_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="vault_link_used_by_a_secret",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                            models.Q(
                                ("taken_back_at__isnull", False),
                                ("taken_back_by__isnull", False),
                                ("used_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="vault_link_taken_back_or_used",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked off by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who left",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_offs",
                        to="hosting.secret",
                        verbose_name="secret",
                    ),
                ),
            ],
            options={
                "verbose_name": "secret checked off",
                "verbose_name_plural": "secrets checked off",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["person", "secret"], name="vault_check_off_of")],
            },
        ),
        migrations.CreateModel(
            name="EntryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("server", "Server"),
                            ("panel", "Panel"),
                            ("shop", "Shop"),
                            ("database", "Database"),
                            ("other", "Other"),
                        ],
                        default="server",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("host", models.CharField(blank=True, max_length=255, verbose_name="host")),
                ("url", models.CharField(blank=True, max_length=1000, verbose_name="address")),
                ("login", models.CharField(blank=True, max_length=200, verbose_name="login")),
                ("needs_proof", models.BooleanField(default=False, verbose_name="wants a fresh proof")),
                ("needs_four_eyes", models.BooleanField(default=False, verbose_name="wants a second person")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                ("removal_asked_at", models.DateTimeField(blank=True, null=True, verbose_name="removal asked")),
                ("taken_out_at", models.DateTimeField(blank=True, null=True, verbose_name="taken out")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.organisation",
                        verbose_name="organisation",
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
                        related_name="events",
                        to="hosting.entry",
                    ),
                ),
                (
                    "removal_asked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="removal asked by",
                    ),
                ),
                (
                    "taken_out_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken out by",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GrantEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "granted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="granted"),
                ),
                ("until", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="hosting.entry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="granted by",
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
                        related_name="events",
                        to="hosting.grant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecretEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("ssh_key", "SSH key"),
                            ("token", "Token"),
                            ("other", "Other"),
                        ],
                        default="password",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="label")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("desk", "The desk"),
                            ("cabinet", "The cabinet"),
                            ("link", "A secure link"),
                            ("message", "A message"),
                        ],
                        max_length=16,
                        verbose_name="came by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"),
                ),
                ("wiped_at", models.DateTimeField(blank=True, null=True, verbose_name="wiped")),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="hosting.entry",
                        verbose_name="entry",
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
                        related_name="events",
                        to="hosting.secret",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "hosting_entryevent" ("created_at", "created_by_id", "host", "id", "kind", "login", "name", "needs_four_eyes", "needs_proof", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removal_asked_at", "removal_asked_by_id", "taken_out_at", "taken_out_by_id", "url") VALUES (NEW."created_at", NEW."created_by_id", NEW."host", NEW."id", NEW."kind", NEW."login", NEW."name", NEW."needs_four_eyes", NEW."needs_proof", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."removal_asked_at", NEW."removal_asked_by_id", NEW."taken_out_at", NEW."taken_out_by_id", NEW."url"); RETURN NULL;',
                    hash="465a0f0199ea8b8e33db566d9c6a0e7bc19aee67",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3234c",
                    table="hosting_entry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."host" IS DISTINCT FROM (NEW."host") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."login" IS DISTINCT FROM (NEW."login") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs_four_eyes" IS DISTINCT FROM (NEW."needs_four_eyes") OR OLD."needs_proof" IS DISTINCT FROM (NEW."needs_proof") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."removal_asked_at" IS DISTINCT FROM (NEW."removal_asked_at") OR OLD."removal_asked_by_id" IS DISTINCT FROM (NEW."removal_asked_by_id") OR OLD."taken_out_at" IS DISTINCT FROM (NEW."taken_out_at") OR OLD."taken_out_by_id" IS DISTINCT FROM (NEW."taken_out_by_id") OR OLD."url" IS DISTINCT FROM (NEW."url"))',
                    func='INSERT INTO "hosting_entryevent" ("created_at", "created_by_id", "host", "id", "kind", "login", "name", "needs_four_eyes", "needs_proof", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removal_asked_at", "removal_asked_by_id", "taken_out_at", "taken_out_by_id", "url") VALUES (NEW."created_at", NEW."created_by_id", NEW."host", NEW."id", NEW."kind", NEW."login", NEW."name", NEW."needs_four_eyes", NEW."needs_proof", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."removal_asked_at", NEW."removal_asked_by_id", NEW."taken_out_at", NEW."taken_out_by_id", NEW."url"); RETURN NULL;',
                    hash="5161893c4d7e00eeee5b5bced0b25dc101f9079b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c5300",
                    table="hosting_entry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="385df28bed09a3e338f223f1cc6a47dba96a3f9f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cf073",
                    table="hosting_entryevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "hosting_grantevent" ("ended_at", "ended_by_id", "entry_id", "granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "until", "user_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."entry_id", NEW."granted_at", NEW."granted_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."until", NEW."user_id"); RETURN NULL;',
                    hash="1fb928eb4701cb69e0ccd05d317d45d8b3258c10",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6e120",
                    table="hosting_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "hosting_grantevent" ("ended_at", "ended_by_id", "entry_id", "granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "until", "user_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."entry_id", NEW."granted_at", NEW."granted_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."until", NEW."user_id"); RETURN NULL;',
                    hash="5cc6f904d3d06b9521c90b067e37bcf9354ebff2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_24ad7",
                    table="hosting_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grantevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="03dc56caa28cecce957c2d59ab86551af26d0e7f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c7d50",
                    table="hosting_grantevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secret",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "hosting_secretevent" ("changed_at", "changed_by_id", "created_at", "entry_id", "id", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "wiped_at") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."created_at", NEW."entry_id", NEW."id", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."wiped_at"); RETURN NULL;',
                    hash="000c8f2e9321f46725d5640f1f041dadecc87e3d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0d5f2",
                    table="hosting_secret",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secret",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."changed_at" IS DISTINCT FROM (NEW."changed_at") OR OLD."changed_by_id" IS DISTINCT FROM (NEW."changed_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."wiped_at" IS DISTINCT FROM (NEW."wiped_at"))',
                    func='INSERT INTO "hosting_secretevent" ("changed_at", "changed_by_id", "created_at", "entry_id", "id", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "wiped_at") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."created_at", NEW."entry_id", NEW."id", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."wiped_at"); RETURN NULL;',
                    hash="9686cd55d076d3a83c2f6572c0eb0d1015677c69",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_bf273",
                    table="hosting_secret",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reveal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="76acf16eac3d706be00dbc6a595da29f33cb3b80",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c7d47",
                    table="hosting_reveal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reveal",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Reveals are append-only.';",
                    hash="495fc3b684ea4fd96c7b9100746d9ac0e0c6b622",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_739a1",
                    table="hosting_reveal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secretevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="aad61e7cf2af42a427f4a628bb53f3f29f358e09",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_28898",
                    table="hosting_secretevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
