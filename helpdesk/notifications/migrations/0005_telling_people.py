import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_idempotency_and_use_of_tokens"),
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0004_letters_about_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gateway",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                ("url", helpdesk.core.fields.EncryptedTextField(verbose_name="address of the service")),
                ("address_label", models.CharField(max_length=60, verbose_name="what an address is called")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "gateway",
                "verbose_name_plural": "gateways",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Browser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", helpdesk.core.fields.EncryptedTextField(verbose_name="endpoint")),
                (
                    "endpoint_digest",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="digest of the endpoint"),
                ),
                ("p256dh", models.CharField(max_length=100, verbose_name="public key")),
                ("auth", helpdesk.core.fields.EncryptedTextField(verbose_name="secret")),
                ("name", models.CharField(max_length=120, verbose_name="browser")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "browser for notices",
                "verbose_name_plural": "browsers for notices",
                "ordering": ["person", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=24, verbose_name="occasion")),
                ("key", models.CharField(max_length=64, verbose_name="what happened")),
                ("subject_id", models.BigIntegerField(verbose_name="thing")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="text")),
                ("path", models.CharField(max_length=300, verbose_name="page that opens")),
                ("is_listed", models.BooleanField(default=True, verbose_name="in the list")),
                (
                    "happened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="happened"),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "subject_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                        verbose_name="kind of thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("is_listed", True)), fields=["person", "-id"], name="notice_list"),
                    models.Index(
                        condition=models.Q(("is_listed", True), ("read_at__isnull", True)),
                        fields=["person"],
                        name="notice_unread",
                    ),
                    models.Index(fields=["happened_at"], name="notice_age"),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="notice_once_for_each_person")],
            },
        ),
        migrations.CreateModel(
            name="PersonChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wanted", models.JSONField(blank=True, default=dict, verbose_name="wanted")),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
                ("quiet_weekends", models.BooleanField(default=False, verbose_name="quiet at weekends")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[("at_once", "At once"), ("hourly", "Once an hour"), ("daily", "Once a day")],
                        default="at_once",
                        max_length=8,
                        verbose_name="letters come",
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=9,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="hour of the daily letter",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choice",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notices",
                "verbose_name_plural": "choices of notices",
                "ordering": ["person"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="quiet_hours_begin_and_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quiet_from__isnull", True),
                            models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            _connector="OR",
                        ),
                        name="quiet_hours_are_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)), name="digest_comes_at_an_hour"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PushKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_ours", models.BooleanField(default=True, editable=False, unique=True, verbose_name="ours")),
                ("private", helpdesk.core.fields.EncryptedTextField(editable=False, verbose_name="private key")),
                ("public", models.CharField(editable=False, max_length=100, verbose_name="public key")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "key of web push",
                "verbose_name_plural": "keys of web push",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("is_ours", True)), name="one_key_of_web_push")
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wanted", models.JSONField(blank=True, default=dict, verbose_name="wanted")),
                (
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choice",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "notices of a team",
                "verbose_name_plural": "notices of teams",
                "ordering": ["team"],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=32, verbose_name="channel")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="notifications.notice",
                        verbose_name="notice",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting notice",
                "verbose_name_plural": "waiting notices",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["due_at", "id"], name="waiting_due"),
                    models.Index(fields=["person", "channel"], name="waiting_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "channel"), name="notice_waits_once_for_each_channel")
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=24, verbose_name="occasion")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ru", "Russian")], max_length=8, verbose_name="language"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="text")),
            ],
            options={
                "verbose_name": "wording of a notice",
                "verbose_name_plural": "wordings of notices",
                "ordering": ["occasion", "language"],
                "constraints": [
                    models.UniqueConstraint(fields=("occasion", "language"), name="one_wording_of_an_occasion"),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="wording_has_a_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.CharField(max_length=120, verbose_name="address")),
                ("proven_at", models.DateTimeField(blank=True, null=True, verbose_name="proven")),
                (
                    "code_digest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="digest of the code"),
                ),
                (
                    "code_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="code is good until"),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="wrong codes")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "gateway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="notifications.gateway",
                        verbose_name="gateway",
                    ),
                ),
            ],
            options={
                "verbose_name": "address at a gateway",
                "verbose_name_plural": "addresses at gateways",
                "ordering": ["gateway", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "gateway"), name="one_address_at_a_gateway"),
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True), name="gateway_address_says_something"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[
                    ("desk", "List in the desk"),
                    ("email", "E-mail"),
                    ("push", "Browser"),
                    ("gateway", "Messenger"),
                ],
                default="email",
                max_length=16,
                verbose_name="channel",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("reply", "Reply"),
                    ("forward", "Forward"),
                    ("acknowledgement", "Acknowledgement"),
                    ("notice", "Notice"),
                    ("invitation", "Invitation"),
                    ("survey", "Survey"),
                    ("sign_in_link", "Sign-in link"),
                    ("security", "Security"),
                    ("code", "Code for an address"),
                ],
                max_length=24,
                verbose_name="purpose",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending"]), models.Q(("channel", "email"), _negated=True)),
                fields=["recipient", "id"],
                name="delivery_behind",
            ),
        ),
    ]
