import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mail", "0007_mailboxes_take_turns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("url", helpdesk.core.fields.EncryptedTextField(verbose_name="web address")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("told_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last told")),
                ("failed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="failed")),
                ("reason", models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "watch from outside",
                "verbose_name_plural": "watches from outside",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("queue", models.CharField(max_length=64, unique=True, verbose_name="queue")),
                ("rung_at", models.DateTimeField(verbose_name="rung")),
                ("heard_at", models.DateTimeField(null=True, verbose_name="heard")),
                ("heard_by", models.CharField(blank=True, max_length=255, verbose_name="heard by")),
            ],
            options={
                "verbose_name": "pulse",
                "verbose_name_plural": "pulses",
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=64, verbose_name="what")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("span", models.PositiveSmallIntegerField(default=1, verbose_name="minutes")),
                ("waiting", models.PositiveIntegerField(null=True, verbose_name="waiting")),
                ("failed", models.PositiveIntegerField(null=True, verbose_name="need a person")),
                ("oldest_seconds", models.FloatField(null=True, verbose_name="age of the oldest, seconds")),
                ("came", models.PositiveIntegerField(null=True, verbose_name="came")),
                ("went", models.PositiveIntegerField(null=True, verbose_name="went")),
                ("level", models.FloatField(null=True, verbose_name="level")),
                ("mark", models.BigIntegerField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "queue",
                "verbose_name_plural": "Queues and the machine",
                "constraints": [
                    models.UniqueConstraint(fields=("at", "series"), name="sample_once"),
                    models.CheckConstraint(condition=models.Q(("span__gte", 1)), name="sample_of_some_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.CharField(max_length=64, verbose_name="what")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("oldest_seconds", "age of the oldest"),
                            ("failed", "need a person"),
                            ("level", "level"),
                        ],
                        max_length=16,
                        verbose_name="figure",
                    ),
                ),
                ("limit", models.FloatField(verbose_name="alert beyond")),
                ("ends_at", models.FloatField(verbose_name="over at")),
                ("minutes", models.PositiveSmallIntegerField(default=2, verbose_name="for minutes")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "threshold",
                "verbose_name_plural": "thresholds",
                "ordering": ["family", "measure"],
                "constraints": [
                    models.UniqueConstraint(fields=("family", "measure"), name="threshold_once"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 60)), name="threshold_within_an_hour"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertWay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="order")),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "E-mail"), ("gateway", "Web address")],
                        default="mail",
                        max_length=8,
                        verbose_name="by",
                    ),
                ),
                ("url", helpdesk.core.fields.EncryptedTextField(blank=True, verbose_name="web address")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("failed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="failed")),
                ("reason", models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason")),
                (
                    "mailbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mail.mailbox",
                        verbose_name="sent by the mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "way of telling",
                "verbose_name_plural": "ways of telling",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way", "mail"), ("mailbox__isnull", True), _connector="OR"),
                        name="way_by_mailbox_is_mail",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failed_at__isnull", True), ("reason", "")),
                            models.Q(("failed_at__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="way_failed_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=64, verbose_name="what")),
                ("value", models.FloatField(verbose_name="figure")),
                ("worst", models.FloatField(verbose_name="worst")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told")),
                ("told_by", models.CharField(blank=True, max_length=100, verbose_name="told by")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="over since")),
                ("end_told_at", models.DateTimeField(blank=True, null=True, verbose_name="told that it is over")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acknowledged by",
                    ),
                ),
                (
                    "threshold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="operations.threshold",
                        verbose_name="threshold",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert of the watch",
                "verbose_name_plural": "alerts",
                "ordering": ["-opened_at", "-pk"],
                "indexes": [models.Index(fields=["-opened_at", "-id"], name="alert_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("threshold", "series"),
                        name="alert_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="alert_acknowledged_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="alert_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
