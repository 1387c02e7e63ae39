"""The pages of the watch: what they say, what they refuse."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Gateway
from helpdesk.operations.models import Alert, AlertWay, OutsideWatch, Pulse, Sample, Threshold
from helpdesk.operations.tasks import try_way
from tests.browsers import browser_of
from tests.factories import MailboxFactory, StaffFactory

PAGE = "/admin/operations/sample/"


@pytest.fixture(autouse=True)
def nobody_rings(monkeypatch):
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return browser_of(ada)


@pytest.fixture
def alert(db):
    limit = Threshold.objects.create(family="raw_mail", measure="oldest_seconds", limit=300, ends_at=60)
    return Alert.objects.create(threshold=limit, series="raw_mail", value=400, worst=900)


def measured(series="raw_mail", *, minutes_ago=0, **figures):
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    return Sample.objects.create(series=series, at=at, **figures)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_page_when_nothing_was_measured_yet_then_says_so(browser):
    assert "Nothing was measured yet" in text_of(browser.get(PAGE))


def test_page_when_the_last_round_is_long_ago_then_says_that_beat_does_not_run(browser):
    measured(minutes_ago=9, waiting=3)

    assert 'id="stale"' in text_of(browser.get(PAGE))


def test_page_when_measured_then_says_the_figures_in_words_and_draws_the_day(browser):
    for ago, waiting in ((0, 12), (30, 40), (60, 1)):
        measured(minutes_ago=ago, waiting=waiting, failed=2, oldest_seconds=250.0, came=7, went=5)
    Pulse.objects.create(queue="mail", rung_at=timezone.now(), heard_at=timezone.now(), heard_by="mail@desk")
    measured("celery:mail", waiting=1, oldest_seconds=0)
    measured("disk:data", level=41.0)

    text = text_of(browser.get(PAGE))

    assert "12 wait · the oldest for 4 min · 2 need a person · within the hour" in text
    assert "by mail@desk" in text
    assert "At most 40, at" in text
    assert "41 %" in text
    assert text.count('<polyline class="came"') == 3
    assert 'style="' not in text[text.index('class="watch') :]


def test_page_when_a_figure_was_nothing_all_day_then_no_empty_graph_is_drawn(browser):
    measured(waiting=0, failed=0, oldest_seconds=0)

    assert "<polyline" not in text_of(browser.get(PAGE))


def test_page_when_an_alert_lasts_then_shows_it_and_marks_the_queue(browser, alert):
    measured(waiting=5)

    text = text_of(browser.get(PAGE))

    assert "Incoming mail – age of the oldest: 6 min" in text
    assert "alert beyond 5 min, the worst was 15 min" in text
    assert "Nobody was told yet." in text
    assert 'class="state alarm"' in text


def test_alert_when_somebody_looks_after_it_then_the_page_says_who(browser, alert, ada):
    measured(waiting=5)

    response = browser.post(f"/admin/operations/alert/{alert.pk}/acknowledge/")

    text = text_of(browser.get(PAGE))
    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert "Ada looks after it." in text
    assert 'class="state known"' in text
    assert Entry.objects.filter(verb="alert_acknowledged", actor=ada).count() == 1


def test_alert_when_two_look_after_it_then_the_second_is_told(browser, alert):
    browser.post(f"/admin/operations/alert/{alert.pk}/acknowledge/")

    response = browser.post(f"/admin/operations/alert/{alert.pk}/acknowledge/", follow=True)

    assert "Somebody looks after this alert already." in text_of(response)


def test_page_when_there_is_one_way_to_tell_then_asks_for_a_second(browser):
    AlertWay.objects.create(name="E-mail")
    one = text_of(browser.get(PAGE))
    AlertWay.objects.create(name="Gateway", way="gateway", url="https://gateway.example/x")

    assert ('id="one-way"' in one, 'id="one-way"' in text_of(browser.get(PAGE))) == (True, False)


@pytest.mark.parametrize(
    ("family", "measure", "limit", "ends_at", "is_taken"),
    [
        ("disk", "level", "90", "85", True),
        ("disk", "level", "90", "95", False),
        ("certificate", "level", "14", "20", True),
        ("certificate", "level", "14", "10", False),
        ("certificate", "failed", "0", "0", True),
    ],
)
def test_threshold_when_its_end_is_beyond_its_limit_then_refused(browser, family, measure, limit, ends_at, is_taken):
    fields = {
        "family": family,
        "measure": measure,
        "limit": limit,
        "ends_at": ends_at,
        "minutes": "2",
        "is_active": "on",
    }

    browser.post("/admin/operations/threshold/add/", fields)

    assert Threshold.objects.exists() is is_taken


def test_threshold_when_changed_then_the_journal_says_from_what_to_what(browser):
    limit = Threshold.objects.create(family="disk", measure="level", limit=85, ends_at=80)

    browser.post(
        f"/admin/operations/threshold/{limit.pk}/change/",
        {"limit": "92", "ends_at": "80", "minutes": "2", "is_active": "on"},
    )

    line = Entry.objects.get(verb="threshold_changed")
    assert (line.facts["before"], line.facts["after"]) == ({"limit": 85.0}, {"limit": 92.0})


def way(**fields):
    return {"name": "Gateway", "position": "2", "way": "gateway", "url": "https://gateway.example/secret"} | fields


def test_way_when_set_up_then_its_address_is_sealed_and_neither_shown_nor_told(browser):
    browser.post("/admin/operations/alertway/add/", way(is_active="on"))

    made = AlertWay.objects.get()
    page = text_of(browser.get(f"/admin/operations/alertway/{made.pk}/change/"))
    line = Entry.objects.get(verb="alertway_added")
    assert made.url == "https://gateway.example/secret"
    assert "secret" not in page
    assert line.facts["after"]["url"] == "[hidden]"


def test_way_when_saved_without_a_new_address_then_keeps_what_it_has(browser):
    made = AlertWay.objects.create(name="Gateway", way="gateway", url="https://gateway.example/secret")

    browser.post(f"/admin/operations/alertway/{made.pk}/change/", way(url="", name="Other", is_active="on"))

    made.refresh_from_db()
    assert (made.name, made.url) == ("Other", "https://gateway.example/secret")


@pytest.mark.parametrize(
    "fields",
    [{"url": ""}, {"url": "ftp://gateway.example/"}, {"url": "https://user:word@gateway.example/"}],
    ids=["none", "another scheme", "with a password"],
)
def test_way_when_its_address_is_none_then_refused(browser, fields):
    browser.post("/admin/operations/alertway/add/", way(**fields))

    assert not AlertWay.objects.exists()


def test_way_when_a_web_address_is_to_go_by_a_mailbox_then_refused(browser):
    browser.post("/admin/operations/alertway/add/", way(mailbox=MailboxFactory().pk))

    assert not AlertWay.objects.exists()


@pytest.mark.parametrize(
    ("missing", "is_taken"), [({}, True), ({"receiver": ""}, False), ({"messenger": ""}, False)], ids=["", "whom", "by"]
)
def test_way_by_a_gateway_of_notices_needs_to_know_which_and_whom(browser, missing, is_taken):
    gateway = Gateway.objects.create(name="Pager", url="json://x.example/{to}", address_label="Number")
    fields = {"way": "service", "url": "", "messenger": gateway.pk, "receiver": "+49 30 1"}

    browser.post("/admin/operations/alertway/add/", way(**(fields | missing), is_active="on"))

    assert list(AlertWay.objects.values_list("messenger", "receiver")) == ([(gateway.pk, "+49 30 1")] * is_taken)


def test_way_when_it_becomes_mail_then_it_forgets_its_gateway(browser):
    gateway = Gateway.objects.create(name="Pager", url="json://x.example/{to}", address_label="Number")
    made = AlertWay.objects.create(name="Pager", way="service", messenger=gateway, receiver="1")

    browser.post(
        f"/admin/operations/alertway/{made.pk}/change/",
        way(name="Pager", way="mail", url="", messenger=gateway.pk, receiver="1", is_active="on"),
    )

    made.refresh_from_db()
    assert (made.way, made.messenger, made.receiver) == ("mail", None, "")


@pytest.mark.parametrize("folder", ["", "/backups"])
def test_page_when_nobody_looks_after_backups_then_says_so(browser, settings, folder):
    settings.WATCH_BACKUP_DIR = folder

    assert ('id="no-backup"' in text_of(browser.get(PAGE))) is not bool(folder)


def test_watch_when_set_up_without_an_address_then_refused(browser):
    browser.post("/admin/operations/outsidewatch/add/", {"name": "Outside", "url": "", "is_active": "on"})

    assert not OutsideWatch.objects.exists()


def test_way_when_tried_from_the_list_then_the_journal_says_so_and_a_gone_one_is_no_fault(browser, ada):
    made = AlertWay.objects.create(name="E-mail")

    response = browser.post(
        "/admin/operations/alertway/", {"action": "try_now", "_selected_action": [made.pk]}, follow=True
    )
    try_way(made.pk + 1, ada.pk)

    assert "A test goes out by: E-mail" in text_of(response)
    assert Entry.objects.filter(verb="alertway_tried").count() == 1


def test_metrics_when_measured_then_have_the_figures_of_the_latest_round(browser, alert):
    measured(minutes_ago=3, waiting=1, came=99, went=99)
    measured(waiting=1, came=7, went=5)
    measured("disk:data", level=41.0)
    measured("celery:mail", waiting=3, oldest_seconds=200.0)

    lines = browser.get("/metrics").content.decode().splitlines()

    assert {
        'helpdesk_queue_came{queue="raw_mail"} 7.0',
        'helpdesk_queue_went{queue="raw_mail"} 5.0',
        'helpdesk_watch_level{of="disk:data"} 41.0',
        'helpdesk_bells_waiting{queue="mail"} 3.0',
        'helpdesk_bells_unheard_seconds{queue="mail"} 200.0',
        "helpdesk_alerts 1.0",
    } <= set(lines)


@pytest.mark.parametrize(("minutes", "status"), [(2, "ok"), (9, "degraded")])
def test_health_when_rounds_came_and_come_no_more_then_says_that_beat_is_away(browser, minutes, status):
    measured(minutes_ago=minutes, waiting=1)

    document = browser.get("/health/").json()

    assert (document["status"], document["checks"].get("beat", "ok") == "away") == (status, status != "ok")
