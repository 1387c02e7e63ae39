import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0008_rules_of_roles"),
        ("accounts", "__first__"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="word in addresses")),
                (
                    "kind",
                    models.CharField(
                        choices=[("oidc", "OpenID Connect"), ("saml", "SAML 2.0")],
                        default="oidc",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("is_active", models.BooleanField(default=False, verbose_name="switched on")),
                (
                    "domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="domains",
                    ),
                ),
                ("vouches", models.BooleanField(default=False, verbose_name="its addresses are proved")),
                ("proves_second", models.BooleanField(default=False, verbose_name="its second factor counts")),
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
                            ("customer", "Customer"),
                            ("customer_manager", "Customer manager"),
                        ],
                        max_length=32,
                        verbose_name="role of new people",
                    ),
                ),
                (
                    "group_claim",
                    models.CharField(
                        blank=True, default="groups", max_length=200, verbose_name="claim or attribute of groups"
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=500, verbose_name="issuer")),
                ("client_id", models.CharField(blank=True, max_length=255, verbose_name="client id")),
                (
                    "secret",
                    helpdesk.core.fields.EncryptedTextField(blank=True, default="", verbose_name="client secret"),
                ),
                (
                    "scopes",
                    models.CharField(blank=True, default="openid email profile", max_length=255, verbose_name="scopes"),
                ),
                ("metadata_url", models.CharField(blank=True, max_length=500, verbose_name="metadata address")),
                ("metadata", models.TextField(blank=True, verbose_name="metadata")),
                ("takes_unsolicited", models.BooleanField(default=False, verbose_name="people may begin there")),
                (
                    "described",
                    models.JSONField(blank=True, default=dict, editable=False, verbose_name="what it said of itself"),
                ),
                ("described_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="read")),
            ],
            options={
                "verbose_name": "identity provider",
                "verbose_name_plural": "identity providers",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        related_name="site",
                        to="allauth_idp_oidc.client",
                    ),
                ),
                ("home_url", models.CharField(blank=True, max_length=500, verbose_name="address")),
                (
                    "allowed_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("agent", "Agent"),
                                ("line_lead", "Line lead"),
                                ("project_manager", "Project manager"),
                                ("sales", "Sales"),
                                ("accountant", "Accountant"),
                                ("contractor", "Contractor"),
                                ("administrator", "Administrator"),
                                ("customer", "Customer"),
                                ("customer_manager", "Customer manager"),
                            ],
                            max_length=32,
                        ),
                        default=list,
                        size=None,
                        verbose_name="who may enter",
                    ),
                ),
                ("return_uris", models.TextField(blank=True, verbose_name="addresses after signing out")),
                (
                    "notice_uri",
                    models.CharField(blank=True, max_length=500, verbose_name="back-channel logout address"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="switched on")),
                (
                    "secret_changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="secret made"),
                ),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
                "ordering": ["number"],
            },
            bases=("allauth_idp_oidc.client",),
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("value", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="subject")),
            ],
            options={
                "verbose_name": "subject",
                "verbose_name_plural": "subjects",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kid", models.CharField(editable=False, max_length=64, unique=True, verbose_name="name")),
                ("pem", helpdesk.core.fields.EncryptedTextField(editable=False, verbose_name="private key")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="published until")),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.ExpressionWrapper(models.Q(("ends_at__isnull", True)), models.BooleanField()),
                        condition=models.Q(("ends_at__isnull", True)),
                        name="one_key_signs",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="sid")),
                ("session_key", models.CharField(db_index=True, editable=False, max_length=40, verbose_name="session")),
                ("password_mark", models.CharField(editable=False, max_length=64)),
                ("entered_at", models.DateTimeField(verbose_name="signed in")),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None, verbose_name="proofs"
                    ),
                ),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="began")),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed_out", "signed out"),
                            ("by_person", "ended by the person"),
                            ("access", "access ended"),
                            ("session", "the session ended"),
                            ("replayed", "a key was used twice"),
                            ("site_off", "the site was switched off"),
                        ],
                        max_length=16,
                        verbose_name="why",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="sso.site"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="site_visits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "visit to a site",
                "verbose_name_plural": "visits to sites",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["user"], name="visit_open_user"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("session_key", "site"),
                        name="visit_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ending", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ending", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="visit_ended_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogoutNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("taken", "Taken"), ("given_up", "Given up")],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="next attempt")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="created")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                ("reason", models.TextField(blank=True, verbose_name="last refusal")),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notice", to="sso.visit"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of signing out",
                "verbose_name_plural": "notices of signing out",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["next_at"], name="notice_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("done_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_done_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorizationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True, verbose_name="SHA-256")),
                ("redirect_uri", models.TextField()),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                ("nonce", models.TextField(blank=True)),
                ("challenge", models.CharField(max_length=128)),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="sso.visit"
                    ),
                ),
            ],
            options={
                "verbose_name": "authorization code",
                "verbose_name_plural": "authorization codes",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["expires_at"], name="code_expires")],
            },
        ),
        migrations.CreateModel(
            name="Assertion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("request_id", models.CharField(blank=True, max_length=255)),
                ("said", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("came_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sso.identityprovider"
                    ),
                ),
            ],
            options={
                "verbose_name": "assertion",
                "verbose_name_plural": "assertions",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["expires_at"], name="assertion_expires")],
                "constraints": [models.UniqueConstraint(fields=("provider", "name"), name="assertion_once")],
            },
        ),
        migrations.CreateModel(
            name="OutsideIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=255, verbose_name="known there as")),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address there")),
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="linked")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to="sso.identityprovider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "outside identity",
                "verbose_name_plural": "outside identities",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "subject"), name="identity_of_one_person"),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="identity_says_who"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=255, verbose_name="group")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "Agent"),
                            ("line_lead", "Line lead"),
                            ("project_manager", "Project manager"),
                            ("sales", "Sales"),
                            ("accountant", "Accountant"),
                            ("contractor", "Contractor"),
                            ("customer", "Customer"),
                            ("customer_manager", "Customer manager"),
                        ],
                        max_length=32,
                        verbose_name="role",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mappings", to="sso.identityprovider"
                    ),
                ),
                (
                    "teams",
                    models.ManyToManyField(blank=True, related_name="+", to="accounts.team", verbose_name="teams"),
                ),
            ],
            options={
                "verbose_name": "role by group",
                "verbose_name_plural": "roles by group",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("provider", "group"), name="mapping_once")],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("openid", "that it is you"),
                                ("profile", "your name, language and time zone"),
                                ("email", "your e-mail address"),
                                ("roles", "your role and your teams"),
                                ("organisation", "your company"),
                                ("offline_access", "all this while you are away, until you sign out"),
                            ],
                            max_length=32,
                        ),
                        size=None,
                        verbose_name="scopes",
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="sso.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-pk"],
                "constraints": [models.UniqueConstraint(fields=("user", "site"), name="consent_once")],
            },
        ),
    ]
