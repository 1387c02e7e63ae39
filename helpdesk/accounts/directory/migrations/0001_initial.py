import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0008_rules_of_roles"),
        ("accounts", "__first__"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Directory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("openldap", "OpenLDAP"), ("ad", "Active Directory")],
                        default="openldap",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
                (
                    "uris",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), size=None, verbose_name="servers"
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the first byte (ldaps)"),
                            ("starttls", "StartTLS"),
                            ("plain", "None (only for a server on this machine)"),
                        ],
                        default="tls",
                        max_length=16,
                        verbose_name="encryption",
                    ),
                ),
                (
                    "ca_certificate",
                    models.TextField(
                        blank=True,
                        help_text="In PEM form, when the server's certificate is signed by an authority of your own.",
                        verbose_name="authority's certificate",
                    ),
                ),
                ("bind_dn", models.CharField(blank=True, max_length=500, verbose_name="account that reads")),
                ("bind_password", helpdesk.core.fields.EncryptedTextField(blank=True, verbose_name="password")),
                (
                    "timeout_seconds",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="time-out in seconds",
                    ),
                ),
                (
                    "page_size",
                    models.PositiveIntegerField(
                        default=500,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="entries per page",
                    ),
                ),
                (
                    "person_bases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), size=None, verbose_name="where people are"
                    ),
                ),
                (
                    "group_bases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="where groups are",
                    ),
                ),
                ("person_filter", models.CharField(blank=True, max_length=1000, verbose_name="filter of people")),
                ("group_filter", models.CharField(blank=True, max_length=1000, verbose_name="filter of groups")),
                (
                    "membership",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("member_of", "The person's attribute names the groups"),
                            ("nested", "Active Directory is asked, groups within groups included"),
                            ("members", "The group's attribute names the people"),
                        ],
                        max_length=16,
                        verbose_name="membership",
                    ),
                ),
                (
                    "id_attribute",
                    models.CharField(
                        blank=True,
                        help_text="Never changes, also when the person is renamed.",
                        max_length=100,
                        verbose_name="stable id",
                    ),
                ),
                ("login_attribute", models.CharField(blank=True, max_length=100, verbose_name="login name")),
                ("name_attribute", models.CharField(blank=True, max_length=100, verbose_name="name of a person")),
                ("email_attribute", models.CharField(blank=True, max_length=100, verbose_name="e-mail")),
                ("phone_attribute", models.CharField(blank=True, max_length=100, verbose_name="phone")),
                ("language_attribute", models.CharField(blank=True, max_length=100, verbose_name="language")),
                ("title_attribute", models.CharField(blank=True, max_length=100, verbose_name="job title")),
                ("groups_attribute", models.CharField(blank=True, max_length=100, verbose_name="groups of a person")),
                ("members_attribute", models.CharField(blank=True, max_length=100, verbose_name="people of a group")),
                (
                    "changed_attribute",
                    models.CharField(blank=True, max_length=100, verbose_name="time of the last change"),
                ),
                (
                    "default_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agent", "Agent"),
                            ("line_lead", "Line lead"),
                            ("project_manager", "Project manager"),
                            ("sales", "Sales"),
                            ("accountant", "Accountant"),
                            ("contractor", "Contractor"),
                            ("administrator", "Administrator"),
                        ],
                        help_text="Empty: nobody comes in who is in no mapped group.",
                        max_length=32,
                        verbose_name="role without a mapped group",
                    ),
                ),
                (
                    "owned_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        help_text="Accounts of staff that exist here with such an address are taken over by the directory. Customers and administrators never are by themselves.",
                        size=None,
                        verbose_name="e-mail domains of the directory",
                    ),
                ),
                (
                    "sync_minutes",
                    models.PositiveIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="look for changes every … minutes",
                    ),
                ),
                (
                    "whole_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10080),
                        ],
                        verbose_name="read everything every … minutes",
                    ),
                ),
                (
                    "most_out_percent",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="If more would lose their access in one run, it stops and asks.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="most out at once, in percent",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="runs by itself since"),
                ),
                ("read_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="read wholly")),
                (
                    "looked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last looked at"),
                ),
                (
                    "newest_change",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="newest change"),
                ),
                (
                    "newest_group",
                    models.CharField(
                        blank=True, editable=False, max_length=40, verbose_name="newest change of a group"
                    ),
                ),
                ("failure", models.CharField(blank=True, editable=False, max_length=500, verbose_name="last failure")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="failures in a row")),
            ],
            options={
                "verbose_name": "directory",
                "verbose_name_plural": "directories",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("uris__len__gt", 0)), name="directory_has_a_server"),
                    models.CheckConstraint(
                        condition=models.Q(("person_bases__len__gt", 0)), name="directory_has_a_base"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_out_percent__lte", 100)), name="directory_percent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("openldap", "OpenLDAP"), ("ad", "Active Directory")],
                        default="openldap",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
                (
                    "uris",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), size=None, verbose_name="servers"
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the first byte (ldaps)"),
                            ("starttls", "StartTLS"),
                            ("plain", "None (only for a server on this machine)"),
                        ],
                        default="tls",
                        max_length=16,
                        verbose_name="encryption",
                    ),
                ),
                (
                    "ca_certificate",
                    models.TextField(
                        blank=True,
                        help_text="In PEM form, when the server's certificate is signed by an authority of your own.",
                        verbose_name="authority's certificate",
                    ),
                ),
                ("bind_dn", models.CharField(blank=True, max_length=500, verbose_name="account that reads")),
                (
                    "timeout_seconds",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="time-out in seconds",
                    ),
                ),
                (
                    "page_size",
                    models.PositiveIntegerField(
                        default=500,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="entries per page",
                    ),
                ),
                (
                    "person_bases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), size=None, verbose_name="where people are"
                    ),
                ),
                (
                    "group_bases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="where groups are",
                    ),
                ),
                ("person_filter", models.CharField(blank=True, max_length=1000, verbose_name="filter of people")),
                ("group_filter", models.CharField(blank=True, max_length=1000, verbose_name="filter of groups")),
                (
                    "membership",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("member_of", "The person's attribute names the groups"),
                            ("nested", "Active Directory is asked, groups within groups included"),
                            ("members", "The group's attribute names the people"),
                        ],
                        max_length=16,
                        verbose_name="membership",
                    ),
                ),
                (
                    "id_attribute",
                    models.CharField(
                        blank=True,
                        help_text="Never changes, also when the person is renamed.",
                        max_length=100,
                        verbose_name="stable id",
                    ),
                ),
                ("login_attribute", models.CharField(blank=True, max_length=100, verbose_name="login name")),
                ("name_attribute", models.CharField(blank=True, max_length=100, verbose_name="name of a person")),
                ("email_attribute", models.CharField(blank=True, max_length=100, verbose_name="e-mail")),
                ("phone_attribute", models.CharField(blank=True, max_length=100, verbose_name="phone")),
                ("language_attribute", models.CharField(blank=True, max_length=100, verbose_name="language")),
                ("title_attribute", models.CharField(blank=True, max_length=100, verbose_name="job title")),
                ("groups_attribute", models.CharField(blank=True, max_length=100, verbose_name="groups of a person")),
                ("members_attribute", models.CharField(blank=True, max_length=100, verbose_name="people of a group")),
                (
                    "changed_attribute",
                    models.CharField(blank=True, max_length=100, verbose_name="time of the last change"),
                ),
                (
                    "default_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agent", "Agent"),
                            ("line_lead", "Line lead"),
                            ("project_manager", "Project manager"),
                            ("sales", "Sales"),
                            ("accountant", "Accountant"),
                            ("contractor", "Contractor"),
                            ("administrator", "Administrator"),
                        ],
                        help_text="Empty: nobody comes in who is in no mapped group.",
                        max_length=32,
                        verbose_name="role without a mapped group",
                    ),
                ),
                (
                    "owned_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        help_text="Accounts of staff that exist here with such an address are taken over by the directory. Customers and administrators never are by themselves.",
                        size=None,
                        verbose_name="e-mail domains of the directory",
                    ),
                ),
                (
                    "sync_minutes",
                    models.PositiveIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="look for changes every … minutes",
                    ),
                ),
                (
                    "whole_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10080),
                        ],
                        verbose_name="read everything every … minutes",
                    ),
                ),
                (
                    "most_out_percent",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="If more would lose their access in one run, it stops and asks.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="most out at once, in percent",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="runs by itself since"),
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
                        to="directory.directory",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DirectoryPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=200, verbose_name="stable id")),
                ("dn", models.CharField(max_length=1000, verbose_name="place in the directory (DN)")),
                ("login", models.CharField(blank=True, max_length=200, verbose_name="login name")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="job title")),
                ("phone", models.CharField(blank=True, max_length=254, verbose_name="phone")),
                (
                    "given_teams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name="teams"
                    ),
                ),
                ("linked_at", models.DateTimeField(auto_now_add=True, verbose_name="known since")),
                (
                    "out_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("disabled", "Disabled in the directory"),
                            ("expired", "Expired in the directory"),
                            ("gone", "No longer in the directory"),
                            ("no_role", "In no group that gives a role"),
                        ],
                        max_length=16,
                        verbose_name="out because",
                    ),
                ),
                ("out_at", models.DateTimeField(blank=True, null=True, verbose_name="out since")),
                (
                    "directory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="directory.directory",
                        verbose_name="directory",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="directory_person",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "person of a directory",
                "verbose_name_plural": "people of directories",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("directory", "uid"), name="directory_person_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("out_at__isnull", True), ("out_because", "")),
                            models.Q(models.Q(("out_because", ""), _negated=True), ("out_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="directory_person_out_since",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group_dn", models.CharField(max_length=1000, verbose_name="group (DN)")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=10, help_text="The lowest number counts.", verbose_name="order"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agent", "Agent"),
                            ("line_lead", "Line lead"),
                            ("project_manager", "Project manager"),
                            ("sales", "Sales"),
                            ("accountant", "Accountant"),
                            ("contractor", "Contractor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=32,
                        verbose_name="role",
                    ),
                ),
                (
                    "directory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_rules",
                        to="directory.directory",
                        verbose_name="directory",
                    ),
                ),
                (
                    "teams",
                    models.ManyToManyField(blank=True, related_name="+", to="accounts.team", verbose_name="teams"),
                ),
            ],
            options={
                "verbose_name": "group",
                "verbose_name_plural": "groups",
                "ordering": ["directory", "priority", "pk"],
                "constraints": [models.UniqueConstraint(fields=("directory", "group_dn"), name="group_rule_once")],
            },
        ),
        migrations.CreateModel(
            name="GroupRuleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("group_dn", models.CharField(max_length=1000, verbose_name="group (DN)")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=10, help_text="The lowest number counts.", verbose_name="order"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agent", "Agent"),
                            ("line_lead", "Line lead"),
                            ("project_manager", "Project manager"),
                            ("sales", "Sales"),
                            ("accountant", "Accountant"),
                            ("contractor", "Contractor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=32,
                        verbose_name="role",
                    ),
                ),
                (
                    "directory",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="directory.directory",
                        verbose_name="directory",
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
                        to="directory.grouprule",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[("whole", "Everything"), ("changes", "What changed")],
                        default="whole",
                        max_length=16,
                        verbose_name="reads",
                    ),
                ),
                ("is_dry", models.BooleanField(default=False, verbose_name="only looking")),
                ("may_go", models.PositiveIntegerField(blank=True, null=True, verbose_name="may be out")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("stopped", "Stopped: to be confirmed"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("phase", models.CharField(blank=True, max_length=16, verbose_name="at")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(blank=True, null=True, verbose_name="of")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
                ("lines", models.JSONField(default=list, verbose_name="lines")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("would_go", models.PositiveIntegerField(default=0, verbose_name="would be out")),
                ("began_at", models.DateTimeField(auto_now_add=True, verbose_name="asked for")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "directory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="directory.directory",
                        verbose_name="directory",
                    ),
                ),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["running", "waiting"])),
                        fields=["id"],
                        name="sync_run_unfinished",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "waiting"])),
                        fields=("directory",),
                        name="sync_run_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ["running", "waiting"])),
                            models.Q(
                                models.Q(("state__in", ["running", "waiting"]), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="sync_run_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="sync_run_under_a_lease",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directory",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "directory_directoryevent" ("approved_at", "bind_dn", "ca_certificate", "changed_attribute", "default_role", "email_attribute", "group_bases", "group_filter", "groups_attribute", "id", "id_attribute", "is_active", "kind", "language_attribute", "login_attribute", "members_attribute", "membership", "most_out_percent", "name", "name_attribute", "owned_domains", "page_size", "person_bases", "person_filter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_attribute", "security", "sync_minutes", "timeout_seconds", "title_attribute", "uris", "whole_minutes") VALUES (NEW."approved_at", NEW."bind_dn", NEW."ca_certificate", NEW."changed_attribute", NEW."default_role", NEW."email_attribute", NEW."group_bases", NEW."group_filter", NEW."groups_attribute", NEW."id", NEW."id_attribute", NEW."is_active", NEW."kind", NEW."language_attribute", NEW."login_attribute", NEW."members_attribute", NEW."membership", NEW."most_out_percent", NEW."name", NEW."name_attribute", NEW."owned_domains", NEW."page_size", NEW."person_bases", NEW."person_filter", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone_attribute", NEW."security", NEW."sync_minutes", NEW."timeout_seconds", NEW."title_attribute", NEW."uris", NEW."whole_minutes"); RETURN NULL;',
                    hash="eece85948272d98b862e84f422a2704a63f9fd01",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_936ce",
                    table="directory_directory",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directory",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."bind_dn" IS DISTINCT FROM (NEW."bind_dn") OR OLD."ca_certificate" IS DISTINCT FROM (NEW."ca_certificate") OR OLD."changed_attribute" IS DISTINCT FROM (NEW."changed_attribute") OR OLD."default_role" IS DISTINCT FROM (NEW."default_role") OR OLD."email_attribute" IS DISTINCT FROM (NEW."email_attribute") OR OLD."group_bases" IS DISTINCT FROM (NEW."group_bases") OR OLD."group_filter" IS DISTINCT FROM (NEW."group_filter") OR OLD."groups_attribute" IS DISTINCT FROM (NEW."groups_attribute") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."id_attribute" IS DISTINCT FROM (NEW."id_attribute") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language_attribute" IS DISTINCT FROM (NEW."language_attribute") OR OLD."login_attribute" IS DISTINCT FROM (NEW."login_attribute") OR OLD."members_attribute" IS DISTINCT FROM (NEW."members_attribute") OR OLD."membership" IS DISTINCT FROM (NEW."membership") OR OLD."most_out_percent" IS DISTINCT FROM (NEW."most_out_percent") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_attribute" IS DISTINCT FROM (NEW."name_attribute") OR OLD."owned_domains" IS DISTINCT FROM (NEW."owned_domains") OR OLD."page_size" IS DISTINCT FROM (NEW."page_size") OR OLD."person_bases" IS DISTINCT FROM (NEW."person_bases") OR OLD."person_filter" IS DISTINCT FROM (NEW."person_filter") OR OLD."phone_attribute" IS DISTINCT FROM (NEW."phone_attribute") OR OLD."security" IS DISTINCT FROM (NEW."security") OR OLD."sync_minutes" IS DISTINCT FROM (NEW."sync_minutes") OR OLD."timeout_seconds" IS DISTINCT FROM (NEW."timeout_seconds") OR OLD."title_attribute" IS DISTINCT FROM (NEW."title_attribute") OR OLD."uris" IS DISTINCT FROM (NEW."uris") OR OLD."whole_minutes" IS DISTINCT FROM (NEW."whole_minutes"))',
                    func='INSERT INTO "directory_directoryevent" ("approved_at", "bind_dn", "ca_certificate", "changed_attribute", "default_role", "email_attribute", "group_bases", "group_filter", "groups_attribute", "id", "id_attribute", "is_active", "kind", "language_attribute", "login_attribute", "members_attribute", "membership", "most_out_percent", "name", "name_attribute", "owned_domains", "page_size", "person_bases", "person_filter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_attribute", "security", "sync_minutes", "timeout_seconds", "title_attribute", "uris", "whole_minutes") VALUES (NEW."approved_at", NEW."bind_dn", NEW."ca_certificate", NEW."changed_attribute", NEW."default_role", NEW."email_attribute", NEW."group_bases", NEW."group_filter", NEW."groups_attribute", NEW."id", NEW."id_attribute", NEW."is_active", NEW."kind", NEW."language_attribute", NEW."login_attribute", NEW."members_attribute", NEW."membership", NEW."most_out_percent", NEW."name", NEW."name_attribute", NEW."owned_domains", NEW."page_size", NEW."person_bases", NEW."person_filter", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone_attribute", NEW."security", NEW."sync_minutes", NEW."timeout_seconds", NEW."title_attribute", NEW."uris", NEW."whole_minutes"); RETURN NULL;',
                    hash="4d11b06ce5e250ab321e131a5362faf3fca1f82c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7ba8",
                    table="directory_directory",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1e66d550f8ec5c1f5959f6a0909ede050bc00a68",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_63b61",
                    table="directory_directoryevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grouprule",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "directory_groupruleevent" ("directory_id", "group_dn", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "role") VALUES (NEW."directory_id", NEW."group_dn", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."priority", NEW."role"); RETURN NULL;',
                    hash="f85396adfc0a78ebe7181129676a5cc9df43cd47",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e3e9b",
                    table="directory_grouprule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grouprule",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "directory_groupruleevent" ("directory_id", "group_dn", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "role") VALUES (NEW."directory_id", NEW."group_dn", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."priority", NEW."role"); RETURN NULL;',
                    hash="aa308de7807a64effadc9a30ee24c46cc20fd0cb",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e4d6d",
                    table="directory_grouprule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupruleevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c19652086c87f6fdd585d0f78fca72a8a4c6b500",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9cbc7",
                    table="directory_groupruleevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
