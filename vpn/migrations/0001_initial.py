import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0012_idempotency_and_use_of_tokens"),
        ("accounts", "__first__"),
        ("tickets", "0017_index_of_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="word in addresses")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "key_type",
                    models.CharField(
                        choices=[("ec", "ECDSA P-256"), ("rsa", "RSA"), ("ed25519", "Ed25519")],
                        default="ec",
                        max_length=16,
                        verbose_name="kind of keys",
                    ),
                ),
                ("root_pem", models.TextField(verbose_name="root certificate")),
                ("issuing_pem", models.TextField(verbose_name="issuing certificate")),
                (
                    "signer",
                    models.CharField(
                        choices=[("socket", "a signer of its own"), ("passphrase", "passphrase asked for each time")],
                        default="socket",
                        max_length=16,
                        verbose_name="who signs",
                    ),
                ),
                ("socket_path", models.CharField(blank=True, max_length=200, verbose_name="socket of the signer")),
                ("encrypted_key_pem", models.TextField(blank=True, verbose_name="encrypted key")),
                (
                    "client_days",
                    models.PositiveIntegerField(
                        default=397,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keys are valid for … days",
                    ),
                ),
                (
                    "first_crl_number",
                    models.PositiveBigIntegerField(default=0, verbose_name="revocation lists go on after number"),
                ),
                (
                    "list_due_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revocation list is due since"
                    ),
                ),
                (
                    "list_failure",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="why there is no new list"
                    ),
                ),
                (
                    "archive_to",
                    models.EmailField(
                        blank=True,
                        help_text="Empty, as it should be: nobody but the person gets the key.",
                        max_length=254,
                        verbose_name="mail each archive to",
                    ),
                ),
                (
                    "archive_password",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True,
                        default="",
                        help_text="With one, they are mailed as ZIP files that it opens. Tell it by another way than by mail.",
                        verbose_name="password of these archives",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
            ],
            options={
                "verbose_name": "certificate authority",
                "verbose_name_plural": "certificate authorities",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("encrypted_key_pem", ""), ("signer", "socket")),
                            models.Q(("signer", "passphrase"), models.Q(("encrypted_key_pem", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="authority_key_where_it_is",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProfileTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, unique=True, verbose_name="name of the file")),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "file of archives",
                "verbose_name_plural": "files of archives",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(verbose_name="number")),
                ("pem", models.TextField(verbose_name="list")),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("next_update", models.DateTimeField(verbose_name="good until")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation_lists",
                        to="vpn.authority",
                        verbose_name="authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "revocation list",
                "verbose_name_plural": "revocation lists",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "number"), name="revocation_list_number_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b556352c90668e7905089d35f9846bb427c8b63d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_11bcd",
                            table="vpn_revocationlist",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revocationlist",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b556352c90668e7905089d35f9846bb427c8b63d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_11bcd",
                    table="vpn_revocationlist",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.CreateModel(
            name="Server",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="word in addresses")),
                (
                    "engine",
                    models.CharField(
                        choices=[("openvpn", "OpenVPN"), ("wireguard", "WireGuard")],
                        default="openvpn",
                        max_length=16,
                        verbose_name="engine",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("network", models.CharField(blank=True, max_length=50, verbose_name="network of clients")),
                ("routes", models.TextField(blank=True, verbose_name="routes")),
                ("dns", models.CharField(blank=True, max_length=200, verbose_name="name servers")),
                ("remotes", models.TextField(blank=True, verbose_name="addresses")),
                ("server_name", models.CharField(blank=True, max_length=64, verbose_name="common name")),
                ("certificate_pem", models.TextField(blank=True, editable=False, verbose_name="certificate")),
                (
                    "tls_mode",
                    models.CharField(
                        choices=[
                            ("v2", "tls-crypt-v2, a key for each client"),
                            ("crypt", "tls-crypt, one shared key"),
                            ("auth", "tls-auth, one shared key"),
                        ],
                        default="v2",
                        max_length=8,
                        verbose_name="control channel",
                    ),
                ),
                (
                    "tls_key",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, editable=False, verbose_name="key of the control channel"
                    ),
                ),
                (
                    "management_address",
                    models.CharField(
                        blank=True, help_text="A path, or host:port.", max_length=200, verbose_name="management socket"
                    ),
                ),
                (
                    "management_password",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="password of the management socket"
                    ),
                ),
                (
                    "pull_token_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="digest of the token"),
                ),
                (
                    "endpoint",
                    models.CharField(
                        blank=True, help_text="WireGuard: host:port.", max_length=255, verbose_name="endpoint"
                    ),
                ),
                ("public_key", models.CharField(blank=True, max_length=44, verbose_name="public key")),
                (
                    "private_key",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, default="", editable=False, verbose_name="private key"
                    ),
                ),
                (
                    "keepalive_seconds",
                    models.PositiveSmallIntegerField(
                        default=25,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="keepalive in seconds",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="servers",
                        to="vpn.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "organisations",
                    models.ManyToManyField(
                        blank=True,
                        help_text="People of these organisations may ask for a key.",
                        related_name="vpn_servers",
                        to="accounts.organisation",
                        verbose_name="open to customers",
                    ),
                ),
            ],
            options={
                "verbose_name": "VPN server",
                "verbose_name_plural": "VPN servers",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority__isnull", True), ("engine", "wireguard")),
                            models.Q(("authority__isnull", False), ("engine", "openvpn")),
                            _connector="OR",
                        ),
                        name="vpn_server_has_what_its_engine_needs",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("login", models.CharField(max_length=64, verbose_name="login")),
                ("name", models.CharField(max_length=64, verbose_name="device")),
                ("common_name", models.CharField(max_length=64, verbose_name="common name")),
                ("skeleton", models.CharField(editable=False, max_length=130, unique=True, verbose_name="reads like")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["common_name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("common_name"), name="device_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "engine",
                    models.CharField(
                        choices=[("openvpn", "OpenVPN"), ("wireguard", "WireGuard")],
                        max_length=16,
                        verbose_name="engine",
                    ),
                ),
                ("common_name", models.CharField(max_length=64, verbose_name="common name")),
                ("serial", models.CharField(blank=True, max_length=50, verbose_name="serial number")),
                ("fingerprint", models.CharField(blank=True, max_length=64, verbose_name="fingerprint")),
                ("certificate_pem", models.TextField(blank=True, verbose_name="certificate")),
                ("public_key", models.CharField(blank=True, max_length=44, verbose_name="public key")),
                (
                    "private_key",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, default="", editable=False, verbose_name="private key"
                    ),
                ),
                (
                    "preshared_key",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, default="", editable=False, verbose_name="preshared key"
                    ),
                ),
                (
                    "tls_client_key",
                    helpdesk.core.fields.EncryptedTextField(
                        blank=True, default="", editable=False, verbose_name="key of the control channel"
                    ),
                ),
                ("not_before", models.DateTimeField(verbose_name="valid from")),
                ("not_after", models.DateTimeField(verbose_name="valid to")),
                (
                    "state",
                    models.CharField(
                        choices=[("valid", "Valid"), ("blocked", "Blocked"), ("revoked", "Revoked")],
                        default="valid",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued")),
                ("revoke_at", models.DateTimeField(blank=True, null=True, verbose_name="ends at")),
                ("blocked_at", models.DateTimeField(blank=True, null=True, verbose_name="blocked")),
                ("handed_out_at", models.DateTimeField(blank=True, null=True, verbose_name="handed out")),
                ("last_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last seen")),
                (
                    "reminded_days",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="last reminder"
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="proposed to be revoked"),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="vpn.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="vpn.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="vpn.key",
                        verbose_name="replaces",
                    ),
                ),
            ],
            options={
                "verbose_name": "key",
                "verbose_name_plural": "keys",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "revoked"), _negated=True), fields=["not_after"], name="key_ends"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("serial", ""), _negated=True),
                        fields=("authority", "serial"),
                        name="key_serial_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("public_key", ""), _negated=True),
                        fields=("public_key",),
                        name="key_public_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("authority__isnull", False),
                                ("engine", "openvpn"),
                                ("public_key", ""),
                                ("serial__regex", "^[0-9]+$"),
                            ),
                            models.Q(
                                ("authority__isnull", True),
                                ("engine", "wireguard"),
                                ("serial", ""),
                                models.Q(("public_key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="key_is_of_its_engine",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "blocked"), _negated=True),
                            ("blocked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="key_blocked_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "revoked"), _negated=True), ("private_key", ""), _connector="OR"
                        ),
                        name="key_revoked_is_not_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Access",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="address")),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accesses",
                        to="vpn.key",
                        verbose_name="key",
                    ),
                ),
                (
                    "server",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="vpn.server",
                        verbose_name="server",
                    ),
                ),
            ],
            options={
                "verbose_name": "access of a key",
                "verbose_name_plural": "accesses of keys",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "server"), name="access_once"),
                    models.UniqueConstraint(fields=("server", "address"), name="access_address_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="key",
            name="servers",
            field=models.ManyToManyField(
                related_name="keys", through="vpn.Access", to="vpn.server", verbose_name="servers"
            ),
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.CharField(blank=True, max_length=50, verbose_name="serial number")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unspecified", "No reason given"),
                            ("keyCompromise", "The key may be in wrong hands"),
                            ("cACompromise", "The authority may be in wrong hands"),
                            ("affiliationChanged", "The person changed"),
                            ("superseded", "Replaced by a new key"),
                            ("cessationOfOperation", "No longer needed"),
                            ("certificateHold", "On hold: the device is missing"),
                            ("privilegeWithdrawn", "Access withdrawn"),
                            ("aACompromise", "The attribute authority may be in wrong hands"),
                        ],
                        max_length=24,
                        verbose_name="reason",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation",
                        to="vpn.key",
                        verbose_name="key",
                    ),
                ),
            ],
            options={
                "verbose_name": "revocation",
                "verbose_name_plural": "revocations",
                "ordering": ["-pk"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9c6ed69cd36cf0c21b47399bc8b7b11d13cf8c85",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6ddca",
                            table="vpn_revocation",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revocation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9c6ed69cd36cf0c21b47399bc8b7b11d13cf8c85",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6ddca",
                    table="vpn_revocation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.CreateModel(
            name="DownloadLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token_hash",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="digest of the token"),
                ),
                ("is_notice", models.BooleanField(default=False, verbose_name="hands out nothing")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="good until")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended unused")),
                ("disputed_at", models.DateTimeField(blank=True, null=True, verbose_name="“This was not me”")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="address")),
                ("user_agent", models.CharField(blank=True, max_length=400, verbose_name="browser")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="vpn.key",
                        verbose_name="key",
                    ),
                ),
            ],
            options={
                "verbose_name": "link to a key",
                "verbose_name_plural": "links to keys",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("used_at__isnull", True)),
                        fields=["expires_at"],
                        name="download_link_ends",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("device_name", models.CharField(max_length=31, verbose_name="device")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("reason", models.TextField(max_length=1000, verbose_name="what for")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("issued", "Issued"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="why not")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
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
                    "key",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="vpn.key",
                        verbose_name="key",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_requests",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
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
                    "server",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="vpn.server",
                        verbose_name="server",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a key",
                "verbose_name_plural": "requests for keys",
                "ordering": ["-pk"],
                "constraints": [
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
                        name="key_request_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "issued"), _negated=True), ("key__isnull", False), _connector="OR"
                        ),
                        name="key_request_issued_has_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["approved", "waiting"])),
                        fields=("person", "server", "device_name"),
                        name="key_request_open_once",
                    ),
                ],
            },
        ),
    ]
