"""Who hears of alerts, by which way, and when not."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.claiming import claim
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Breaker, Delivery, Gateway
from helpdesk.notifications.registries import composers
from helpdesk.operations.enums import Way
from helpdesk.operations.models import Alert, AlertWay
from helpdesk.operations.watching.judging import judge
from helpdesk.operations.watching.telling import send_test, tell
from tests.factories import MailboxFactory, StaffFactory

pytestmark = pytest.mark.django_db
REFUSES = b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def mailbox():
    return MailboxFactory(out_host="127.0.0.1", out_port=2599, out_security="plain")


@pytest.fixture
def ways(ada, mailbox, peer):
    AlertWay.objects.create(name="Our server", position=1)
    AlertWay.objects.create(name="Other mailbox", position=2, mailbox=mailbox)
    AlertWay.objects.create(name="Gateway", position=3, way=Way.GATEWAY, url=peer.url)


def raised(sampled, *series, measure="oldest_seconds"):
    for each in series:
        sampled(each, [400, 400], measure=measure)
    judge()


def told_by():
    return sorted(set(Alert.objects.values_list("told_by", flat=True)))


def test_administrators_when_an_alert_is_raised_then_each_is_told_once_with_the_page(ada, sampled):
    StaffFactory(name="Anna", role=Role.AGENT)
    boris = StaffFactory(name="Boris", role=Role.ADMINISTRATOR, language="ru")
    raised(sampled, "raw_mail")

    tell()
    tell()

    letters = Delivery.objects.order_by("person_id")
    assert [each.person for each in letters] == [ada, boris]
    assert letters[0].content["title"] == "Alert: Incoming mail"
    assert letters[0].content["text"] == "Incoming mail – age of the oldest: 6 min (alert beyond 3 min)"
    assert letters[0].content["path"] == "/admin/operations/sample/"
    assert letters[1].content["title"] == "Тревога: Входящая почта"


def test_alerts_when_several_begin_together_then_one_word_names_them(ada, sampled):
    raised(sampled, "raw_mail", "planned", "work")

    tell()

    assert Delivery.objects.count() == 0 or Delivery.objects.get().content["title"] == "2 alerts"


def test_alert_when_over_then_that_is_told_once(ada, sampled):
    raised(sampled, "raw_mail")
    tell()
    sampled("raw_mail", [0, 0])
    judge()

    tell()
    tell()

    assert [each.content["title"] for each in Delivery.objects.order_by("pk")] == [
        "Alert: Incoming mail",
        "Over: Incoming mail",
    ]


def test_alert_when_over_before_anybody_was_told_then_nobody_is_told_of_its_end(ada, sampled):
    raised(sampled, "raw_mail")
    sampled("raw_mail", [0, 0])
    judge()

    tell()

    assert not Delivery.objects.exists()


def test_alert_when_all_ways_are_open_then_the_first_is_taken(ways, sampled):
    raised(sampled, "raw_mail")

    tell()

    assert told_by() == ["Our server"]
    assert Delivery.objects.get().route == "site"


def test_alert_when_the_usual_server_is_what_fails_then_another_mailbox_tells_of_it(ways, sampled, mailbox):
    raised(sampled, "route:site")

    tell()

    assert told_by() == ["Other mailbox"]
    assert Delivery.objects.get().route == f"mailbox:{mailbox.pk}"


def test_alert_when_the_first_server_rests_then_another_mailbox_tells_of_it(ways, sampled):
    Breaker.objects.create(route="site", failures=3, open_until=timezone.now() + timedelta(minutes=5))
    raised(sampled, "raw_mail")

    tell()

    assert told_by() == ["Other mailbox"]


def test_alert_when_nobody_sends_mail_any_more_then_the_web_address_is_told_at_once(ways, sampled, peer):
    raised(sampled, "celery:notify")

    tell()

    asked = peer.asked[0]
    said = json.loads(asked.body)
    assert told_by() == ["Gateway"]
    assert not Delivery.objects.exists()
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")
    assert said["title"] == "Alert: Bells for workers: notify"
    assert "6 min" in said["text"]


def test_alert_when_the_web_address_fails_too_then_it_is_tried_the_next_round_and_its_row_says_why(ways, sampled, peer):
    AlertWay.objects.filter(way=Way.MAIL).update(is_active=False)
    peer.answers = [REFUSES, b"HTTP/1.1 204 No Content\r\n\r\n"]
    raised(sampled, "celery:notify")

    tell()
    after_first = (told_by(), AlertWay.objects.get(way=Way.GATEWAY).reason)
    tell()

    assert after_first == ([""], "it answered 500")
    assert (told_by(), AlertWay.objects.get(way=Way.GATEWAY).reason) == (["Gateway"], "")


def test_alert_when_the_address_is_not_public_then_it_is_not_asked(ways, sampled, peer, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    raised(sampled, "celery:notify")

    tell()

    assert peer.connections == 0
    assert "OUTGOING_ALLOWED_NETWORKS" in AlertWay.objects.get(way=Way.GATEWAY).reason


def test_alert_when_no_way_was_ever_set_up_then_mail_by_the_usual_server(ada, sampled):
    raised(sampled, "raw_mail")

    tell()

    assert list(AlertWay.objects.values_list("way", "mailbox", "is_active")) == [("mail", None, True)]
    assert Delivery.objects.get().route == "site"


def test_alert_when_no_administrator_has_an_address_then_it_is_not_taken_for_told(ada, sampled):
    ada.email = None
    ada.save()
    raised(sampled, "raw_mail")

    tell()

    assert not Delivery.objects.exists()
    assert not Alert.objects.filter(told_at__isnull=False).exists()


def test_alert_when_every_way_fails_then_the_first_keeps_the_letter_for_later(ada, sampled):
    raised(sampled, "route:site", "celery:notify")

    tell()

    assert Delivery.objects.get().state == "queued"


def test_alert_when_many_automatic_mails_are_due_or_were_sent_then_it_is_neither_held_nor_behind_them(ada, sampled):
    notices = [Outgoing(purpose=Purpose.NOTICE, recipient=ada.email, content={"title": "News"}) for _ in range(30)]
    enqueue(subject=ada, outgoing=notices)
    raised(sampled, "raw_mail")
    tell()

    first = claim()

    assert [(row.purpose, row.state) for row in first.rows] == [(Purpose.ALERT, "sending")]


def test_alert_when_sent_then_its_letter_leads_to_the_page(ada, sampled):
    raised(sampled, "raw_mail")
    tell()

    letter = composers[Purpose.ALERT](list(Delivery.objects.all()))

    assert b"Subject: Alert: Incoming mail" in letter.content
    assert b"/admin/operations/sample/" in letter.content


def test_way_when_tried_then_a_test_goes_to_who_tried_it_alone(ways, ada):
    StaffFactory(name="Boris", role=Role.ADMINISTRATOR)

    send_test(way=AlertWay.objects.get(position=2), person=ada)

    letter = Delivery.objects.get()
    assert (letter.person, letter.content["title"]) == (ada, "A test")


@pytest.fixture
def pager(peer):
    """A gateway of notices, first of all ways."""
    gateway = Gateway.objects.create(
        name="Pager", url=peer.url.replace("http://", "json://desk:word@") + "{to}", address_label="Number"
    )
    return AlertWay.objects.create(name="Pager", position=0, way=Way.SERVICE, messenger=gateway, receiver="+49 30/1")


def test_alert_when_a_gateway_of_notices_is_the_first_way_then_it_is_brought_at_once(ways, pager, sampled, peer):
    raised(sampled, "celery:notify")

    tell()

    (asked,) = peer.asked
    said = json.loads(asked.body)
    assert (told_by(), Delivery.objects.exists()) == (["Pager"], False)
    assert asked.path.startswith("/+49%2030%2F1") or asked.path.startswith("/%2B49%2030%2F1")
    assert said["title"] == "Alert: Bells for workers: notify"
    assert said["message"].endswith("/admin/operations/sample/")


@pytest.mark.parametrize("fault", ["refuses", "switched off"])
def test_alert_when_the_gateway_fails_then_the_next_way_is_taken_and_its_row_says_why(
    ways, pager, sampled, peer, fault
):
    peer.answers = [REFUSES]
    Gateway.objects.update(is_active=fault == "refuses")
    raised(sampled, "raw_mail")

    tell()

    pager.refresh_from_db()
    assert told_by() == ["Our server"]
    assert pager.failed_at is not None
    assert "word" not in pager.reason
    assert ("500" if fault == "refuses" else "switched off") in pager.reason


def test_gateway_when_tried_then_a_test_goes_to_its_receiver(pager, ada, peer):
    send_test(way=pager, person=ada)

    assert json.loads(peer.asked[0].body)["title"] == "A test"
