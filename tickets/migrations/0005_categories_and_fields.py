import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_attempts_at_the_doors"),
        ("accounts", "__first__"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("tickets", "0004_merging"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.SlugField(
                        help_text="Names it in addresses and programs.", max_length=40, unique=True, verbose_name="word"
                    ),
                ),
                ("name", models.JSONField(default=dict, verbose_name="name")),
                ("help", models.JSONField(blank=True, default=dict, verbose_name="help")),
                ("is_for_customers", models.BooleanField(default=True, verbose_name="customers may choose it")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "changed_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="New requests go into its queue.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="categories",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9-]*$")),
                        name="category_key_is_a_word",
                        violation_error_message="The word of a category has small Latin letters, digits and “-”.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "key",
                    models.SlugField(
                        db_index=False,
                        help_text="Names it in addresses and programs.",
                        max_length=40,
                        verbose_name="word",
                    ),
                ),
                ("name", models.JSONField(default=dict, verbose_name="name")),
                ("help", models.JSONField(blank=True, default=dict, verbose_name="help")),
                ("is_for_customers", models.BooleanField(default=True, verbose_name="customers may choose it")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "changed_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"
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
                        to="tickets.category",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="New requests go into its queue.",
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
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Names it in addresses and programs.", max_length=40, unique=True, verbose_name="word"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long_text", "Long text"),
                            ("whole", "Whole number"),
                            ("decimal", "Number with decimals"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "One choice"),
                            ("several", "Several choices"),
                            ("link", "Link"),
                            ("email", "E-mail"),
                        ],
                        default="text",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.JSONField(default=dict, verbose_name="label")),
                ("help", models.JSONField(blank=True, default=dict, verbose_name="help")),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                (
                    "at_least",
                    models.DecimalField(
                        blank=True, decimal_places=5, max_digits=20, null=True, verbose_name="at least"
                    ),
                ),
                (
                    "at_most",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=20, null=True, verbose_name="at most"),
                ),
                ("is_for_customers", models.BooleanField(default=True, verbose_name="shown to customers")),
                (
                    "is_required_for_customers",
                    models.BooleanField(default=False, verbose_name="customers must fill it in"),
                ),
                (
                    "is_required_to_resolve",
                    models.BooleanField(default=False, verbose_name="must be filled in to resolve"),
                ),
                ("shown_values", models.JSONField(blank=True, default=list, verbose_name="has one of")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "changed_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        related_name="custom_fields", to="tickets.category", verbose_name="categories"
                    ),
                ),
                (
                    "shown_when",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shows",
                        to="tickets.customfield",
                        verbose_name="shown when",
                    ),
                ),
            ],
            options={
                "verbose_name": "field",
                "verbose_name_plural": "fields",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z][a-z0-9_]*$")),
                        name="custom_field_key_is_a_word",
                        violation_error_message="The word of a field has small Latin letters, digits and “_”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("at_least__isnull", True),
                            ("at_most__isnull", True),
                            ("at_least__lte", models.F("at_most")),
                            _connector="OR",
                        ),
                        name="custom_field_limits_in_order",
                        violation_error_message="“At least” can’t be more than “at most”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_for_customers", True), ("is_required_for_customers", False), _connector="OR"
                        ),
                        name="custom_field_required_is_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shown_when__isnull", True),
                            models.Q(("shown_when", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="custom_field_not_shown_by_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomFieldEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "key",
                    models.CharField(
                        help_text="Names it in addresses and programs.", max_length=40, verbose_name="word"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long_text", "Long text"),
                            ("whole", "Whole number"),
                            ("decimal", "Number with decimals"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "One choice"),
                            ("several", "Several choices"),
                            ("link", "Link"),
                            ("email", "E-mail"),
                        ],
                        default="text",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.JSONField(default=dict, verbose_name="label")),
                ("help", models.JSONField(blank=True, default=dict, verbose_name="help")),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                (
                    "at_least",
                    models.DecimalField(
                        blank=True, decimal_places=5, max_digits=20, null=True, verbose_name="at least"
                    ),
                ),
                (
                    "at_most",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=20, null=True, verbose_name="at most"),
                ),
                ("is_for_customers", models.BooleanField(default=True, verbose_name="shown to customers")),
                (
                    "is_required_for_customers",
                    models.BooleanField(default=False, verbose_name="customers must fill it in"),
                ),
                (
                    "is_required_to_resolve",
                    models.BooleanField(default=False, verbose_name="must be filled in to resolve"),
                ),
                ("shown_values", models.JSONField(blank=True, default=list, verbose_name="has one of")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "changed_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"
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
                        to="tickets.customfield",
                    ),
                ),
                (
                    "shown_when",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tickets.customfield",
                        verbose_name="shown when",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="fields",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, output_field=models.JSONField()),
                default=dict,
                verbose_name="fields",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="tickets.category",
                verbose_name="category",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_categoryevent" ("changed_at", "help", "id", "is_active", "is_for_customers", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "team_id") VALUES (NEW."changed_at", NEW."help", NEW."id", NEW."is_active", NEW."is_for_customers", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."team_id"); RETURN NULL;',
                    hash="0679ca825756013dcafb93b24450ab6b77dfd29f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_317f0",
                    table="tickets_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tickets_categoryevent" ("changed_at", "help", "id", "is_active", "is_for_customers", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "team_id") VALUES (NEW."changed_at", NEW."help", NEW."id", NEW."is_active", NEW."is_for_customers", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."team_id"); RETURN NULL;',
                    hash="7715b052dfe91e582886ffdc898addd81b0a244f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a749d",
                    table="tickets_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f2a65ad6b0de7a84d7d5d2ce490bf182acfaef61",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_81a7c",
                    table="tickets_categoryevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_customfieldevent" ("at_least", "at_most", "changed_at", "choices", "help", "id", "is_active", "is_for_customers", "is_required_for_customers", "is_required_to_resolve", "key", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "shown_values", "shown_when_id") VALUES (NEW."at_least", NEW."at_most", NEW."changed_at", NEW."choices", NEW."help", NEW."id", NEW."is_active", NEW."is_for_customers", NEW."is_required_for_customers", NEW."is_required_to_resolve", NEW."key", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."shown_values", NEW."shown_when_id"); RETURN NULL;',
                    hash="c3d181cd7784417000cc4de94bf21b13567ee797",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b47d1",
                    table="tickets_customfield",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfield",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tickets_customfieldevent" ("at_least", "at_most", "changed_at", "choices", "help", "id", "is_active", "is_for_customers", "is_required_for_customers", "is_required_to_resolve", "key", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "shown_values", "shown_when_id") VALUES (NEW."at_least", NEW."at_most", NEW."changed_at", NEW."choices", NEW."help", NEW."id", NEW."is_active", NEW."is_for_customers", NEW."is_required_for_customers", NEW."is_required_to_resolve", NEW."key", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."shown_values", NEW."shown_when_id"); RETURN NULL;',
                    hash="7c1127d9991f70b829e468850be79d9037e0dc9f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f659a",
                    table="tickets_customfield",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customfieldevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1f536d8cba4fb50bace4bd09c7c98365f336369c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_75f24",
                    table="tickets_customfieldevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
