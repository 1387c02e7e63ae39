"""The admin as a whole."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from helpdesk.accounts.actions import links
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import SignInLink
from helpdesk.operations.tasks import clean_up
from tests.browsers import browser_of
from tests.factories import StaffFactory

EXPECTED = {
    "accounts.ApiToken",
    "accounts.ContactPoint",
    "accounts.Invitation",
    "accounts.Organisation",
    "accounts.RoleRule",
    "accounts.Team",
    "accounts.User",
    "directory.Directory",
    "directory.DirectoryPerson",
    "directory.SyncRun",
    "django_celery_beat.PeriodicTask",
    "journal.Entry",
    "mail.Mailbox",
    "mail.RawMail",
    "notifications.Breaker",
    "notifications.Delivery",
    "notifications.Gateway",
    "notifications.TeamChoice",
    "notifications.Wording",
    "operations.Alert",
    "operations.AlertWay",
    "operations.OutsideWatch",
    "operations.Sample",
    "operations.Threshold",
    "search.NothingFound",
    "search.FileText",
    "search.Rebuild",
    "sso.IdentityProvider",
    "sso.LogoutNotice",
    "sso.OutsideIdentity",
    "sso.Site",
    "tickets.Category",
    "tickets.CustomField",
    "tickets.Ticket",
    "vpn.Group",
    "vpn.Host",
    "vpn.Session",
    "vpn.Authority",
    "vpn.Key",
    "vpn.KeyRequest",
    "vpn.ProfileTemplate",
    "vpn.RevocationList",
    "vpn.Server",
    "webhooks.Event",
    "webhooks.Hook",
}


@pytest.fixture
def browser(db):
    return browser_of(StaffFactory(name="Ada", role=Role.ADMINISTRATOR))


def test_admin_holds_what_is_meant_to_be_configured_and_nothing_else():
    assert {model._meta.label for model in admin.site._registry} == EXPECTED


def test_every_list_opens(browser):
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(path).status_code == 200, path
        assert browser.get(path, {"q": "x"}).status_code in (200, 302), path


def test_pages_load_and_send_nothing_elsewhere(browser):
    response = browser.get("/admin/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]


def test_schedules_are_seen_and_not_changed(browser):
    every = IntervalSchedule.objects.create(every=30, period="seconds")
    task = PeriodicTask.objects.create(name="outbox sweep", task="helpdesk.notifications.tasks.sweep", interval=every)

    page = browser.get("/admin/django_celery_beat/periodictask/").content.decode()
    changed = browser.post(f"/admin/django_celery_beat/periodictask/{task.pk}/change/", {"task": "os.system"})

    assert "outbox sweep" in page
    assert changed.status_code == 403


def test_scheduled_tasks_exist(settings):
    from helpdesk.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "helpdesk.operations.tasks.clean_up" in scheduled
    assert scheduled <= set(app.tasks)


def test_clean_up_forgets_links_long_past_and_keeps_the_rest(db):
    anna = StaffFactory()
    for _ in range(2):
        links.issue(user=anna, address=anna.email)
    old = SignInLink.objects.order_by("pk").first()
    SignInLink.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=31))

    clean_up()

    assert list(SignInLink.objects.filter(pk=old.pk)) == []
    assert SignInLink.objects.count() == 1
