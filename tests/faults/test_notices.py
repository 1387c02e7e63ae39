"""Notices: who tells is killed at every step, and the names of everybody outside are unknown for a while (R31, R32)."""

import base64
import json
import signal
from datetime import timedelta
from ipaddress import ip_network

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from helpdesk.notifications.actions import browsers
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.carrying import carry_all_due
from helpdesk.notifications.destinations import push_route
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Breaker, Delivery, Gateway, Notice, Waiting
from helpdesk.notifications.sending import send_all_due
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.peers import forked
from tests.peers.web_peer import WebPeer
from tests.tickets.views.desk.conftest import browser_of
from tickets.actions.conversation import answer
from tickets.models import PieceOfNews

pytestmark = pytest.mark.django_db(transaction=True)
HERE = [ip_network("127.0.0.0/8")]
CARRY = "helpdesk.notifications.carrying.carry_all_due"
UNKNOWN = "no-such-name.invalid"
"""Nobody ever answers for names that end so (RFC 6761, section 6.4)."""


@pytest.fixture
def web(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = HERE
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


def happen(anna):
    """Clara writes on Anna's ticket, whom that is to be told by letter."""
    clara = UserFactory(name="Clara")
    return answer(ticket=TicketFactory(requester=clara, assignee=anna), by=clara, text="The basket is empty.")


@pytest.mark.parametrize(
    ("step", "left"),
    [
        ("spread", {"news": 1, "notices": 0, "waiting": 0, "letters": 0}),
        ("gathered", {"news": 0, "notices": 1, "waiting": 1, "letters": 0}),
    ],
    ids=["while telling", "while gathering"],
)
def test_who_tells_when_killed_then_nothing_is_lost_and_nothing_told_twice(kept_connections, anna, step, left):
    happen(anna)

    code = forked.run("tickets.actions.news.spread_news", crash_at=step)
    counts = {
        "news": PieceOfNews.objects.count(),
        "notices": Notice.objects.count(),
        "waiting": Waiting.objects.count(),
        "letters": Delivery.objects.count(),
    }
    assert forked.run("tickets.tasks.spread") == 0
    assert forked.run("helpdesk.notifications.actions.gathering.gather_due") == 0

    assert (code, counts) == (-signal.SIGKILL, left)
    assert (PieceOfNews.objects.count(), Waiting.objects.count()) == (0, 0)
    assert list(Notice.objects.values_list("person", "occasion")) == [(anna.pk, "received")]
    assert list(Delivery.objects.values_list("recipient", "state")) == [(anna.email, "queued")]


def test_r31_carrier_when_killed_in_the_middle_of_a_batch_then_nobody_misses_anything(kept_connections, web, anna):
    gateway = Gateway.objects.create(
        name="Pager", url=web.url.replace("http://", "json://desk:word@") + "{to}", address_label="Number"
    )
    texts = [f"Message {number}" for number in range(5)]
    put(anna, *texts, route=gateway.channel)

    code = forked.run(CARRY, crash_at="carried", OUTGOING_ALLOWED_NETWORKS=HERE)
    assert forked.run(CARRY, OUTGOING_ALLOWED_NETWORKS=HERE) == 0
    before = len(web.asked)
    Delivery.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))
    forked.run("helpdesk.notifications.sweeping.take_back_expired")
    forked.run(CARRY, OUTGOING_ALLOWED_NETWORKS=HERE)

    assert (code, before) == (-signal.SIGKILL, 1)
    told = [json.loads(asked.body)["message"].splitlines()[0] for asked in web.asked]
    assert told == [texts[0], *texts]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def put(person, *texts, route, recipient="1", channel=Channel.GATEWAY):
    content = {"title": "News", "path": "/desk/", "topic": ""}
    outgoing = [
        Outgoing(
            purpose=Purpose.NOTICE,
            recipient=recipient,
            person_id=person.pk,
            route=route,
            channel=channel,
            content=content | {"text": text},
        )
        for text in texts
    ]
    return enqueue(subject=person, outgoing=outgoing)


def test_r32_names_when_unknown_for_a_while_then_everything_is_kept_the_desk_works_and_all_goes_out_once(
    peer, web, anna, settings
):
    gateway = Gateway.objects.create(name="Pager", url=f"jsons://desk:word@{UNKNOWN}/{{to}}", address_label="Number")
    browser = browser_that_shows_notices(anna)
    letter = put(anna, "letter", route="site", recipient=anna.email, channel=Channel.EMAIL)[0]
    message = put(anna, "message", route=gateway.channel)[0]
    pushed = put(
        anna, "push", route=push_route(browser.endpoint), recipient=f"browser:{browser.pk}", channel=Channel.PUSH
    )[0]
    settings.EMAIL_HOST = UNKNOWN

    for _try in range(3):
        Delivery.objects.update(due_at=timezone.now())
        send_all_due()
        carry_all_due()
    page = browser_of(anna).get("/desk/tickets/")
    kept = list(Delivery.objects.order_by("pk").values_list("pk", "state", "attempts"))
    breakers = dict(Breaker.objects.values_list("route", "failures"))

    assert page.status_code == 200
    assert kept == [(letter.pk, "queued", 0), (message.pk, "queued", 0), (pushed.pk, "queued", 0)]
    assert breakers == {"site": 3, gateway.channel: 3, pushed.route: 3}
    settings.EMAIL_HOST = "127.0.0.1"
    Gateway.objects.update(url=web.url.replace("http://", "json://desk:word@") + "{to}")
    browser.endpoint = f"{web.url}push/1"
    browser.save()
    Breaker.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    for _try in range(2):
        send_all_due()
        carry_all_due()
    assert peer.copies_to(anna.email) == 1
    assert sorted(asked.path.partition("/1")[0] for asked in web.asked) == ["", "/push"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def browser_that_shows_notices(person):
    """By a push service whose name nobody knows."""
    browsers.public_key()
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    p256dh, auth = (base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in (point, b"sixteen bytes ok"))
    endpoint = f"https://{UNKNOWN}/push/1"
    return browsers.subscribe(person=person, endpoint=endpoint, p256dh=p256dh, auth=auth, name="Firefox")
