"""Schedules, to be seen; and models of libraries that nobody here configures, put away."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django_celery_beat.models import PeriodicTask

from helpdesk.journal.administration import ReadOnlyAdmin

PUT_AWAY = (
    "auth.Group",
    "account.EmailAddress",
    "account.EmailConfirmation",
    "allauth_idp_oidc.Client",
    "allauth_idp_oidc.Token",
    "mfa.Authenticator",
    "django_celery_beat.PeriodicTask",
    "django_celery_beat.IntervalSchedule",
    "django_celery_beat.CrontabSchedule",
    "django_celery_beat.SolarSchedule",
    "django_celery_beat.ClockedSchedule",
)


def _put_away(label: str) -> None:
    model: Any = apps.get_model(label)
    if admin.site.is_registered(model):
        admin.site.unregister(model)


for name in PUT_AWAY:
    _put_away(name)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ReadOnlyAdmin):
    """What is rung for when. The settings say it (`CELERY_BEAT_SCHEDULE`); here one sees when it last rang."""

    list_display = ("name", "task", "scheduler", "enabled", "last_run_at", "total_run_count")
    fields = ("name", "task", "queue", "enabled", "last_run_at", "total_run_count", "description")
    list_select_related = ("interval", "crontab", "solar", "clocked")
    ordering = ("name", "pk")
