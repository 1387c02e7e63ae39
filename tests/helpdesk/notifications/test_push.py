"""Notices to a browser: sealed for it as RFC 8291 says, signed with our key, to a push service of our own."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection
from py_vapid import Vapid02

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.outgoing import AddressForbidden
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions import browsers, gathering, tidings
from helpdesk.notifications.carrying import carry_all_due
from helpdesk.notifications.models import Breaker, Browser, Delivery, PersonChoice, PushKey
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
AUTH = b"sixteen bytes ok"


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def pair():
    """The browser's own."""
    return ec.generate_private_key(ec.SECP256R1())


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def opened(body, pair):
    """What the browser reads: RFC 8291, section 3.4, over RFC 8188, section 2.1."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    shared = pair.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    about = b"WebPush: info\0" + point(pair.public_key()) + theirs

    def derive(secret, salt, info, length):
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)

    secret = derive(shared, AUTH, about, 32)
    key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    assert len(sealed) <= size
    return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")[:-1])


@pytest.fixture
def subscribed(anna, web, pair):
    browsers.public_key()
    PersonChoice.objects.create(person=anna, wanted={"noted": ["push"]})
    return browsers.subscribe(
        person=anna,
        endpoint=f"{web.url}push/1",
        p256dh=encoded(point(pair.public_key())),
        auth=encoded(AUTH),
        name="Firefox",
    )


def happen(person, ticket, *, turn=1):
    facts = {"ticket.number": "7", "ticket.subject": "Магазин", "what": "Clara wrote"}
    said = tidings.Tiding(
        person=person, subject=ticket, occasion="noted", key=str(turn), path="/desk/tickets/7/", facts=facts
    )
    tidings.tell(tidings=[said])
    gathering.gather_due()
    carry_all_due()


def answer(status):
    return f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()


def states():
    return [(row.state, row.status_code) for row in Delivery.objects.order_by("pk")]


def test_browser_reads_what_is_pushed_and_the_service_whose_it_is(anna, ticket, web, pair, subscribed, settings):
    web.answers = [answer(201)]

    happen(anna, ticket)

    (asked,) = web.asked
    assert (asked.path, asked.headers["content-encoding"], asked.headers["ttl"]) == ("/push/1", "aes128gcm", "86400")
    said = opened(asked.body, pair)
    assert said == {
        "title": "#7 Магазин",
        "text": "Clara wrote",
        "url": f"{settings.SITE_URL}/desk/tickets/7/",
        "tag": said["tag"],
    }
    assert Vapid02.verify(asked.headers["authorization"])
    scheme, claims = asked.headers["authorization"].split(" ")[0], asked.headers["authorization"].split(".")[1]
    told = json.loads(decoded(claims))
    assert (scheme, told["aud"], told["sub"][:7]) == ("vapid", web.url.rstrip("/"), "mailto:")
    assert states() == [("sent", "")]


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_forgotten_and_nothing_has_failed(anna, ticket, web, subscribed, status):
    web.answers = [answer(status)]

    happen(anna, ticket)

    assert (states(), Browser.objects.exists()) == ([("cancelled", "")], False)


@pytest.mark.parametrize(("status", "state", "failures"), [(429, "queued", 0), (413, "failed", 0), (503, "queued", 1)])
def test_service_that_does_not_take_it_is_asked_later_or_never(anna, ticket, web, subscribed, status, state, failures):
    web.answers = [answer(status)]

    happen(anna, ticket)

    assert states() == [(state, str(status))]
    assert sum(Breaker.objects.values_list("failures", flat=True)) == failures


def test_address_of_the_house_itself_is_never_asked(anna, ticket, web, subscribed, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    happen(anna, ticket)

    assert (web.asked, states()) == ([], [("failed", "")])


def test_key_is_made_once_and_lies_sealed():
    keys = {browsers.public_key() for _ in range(2)}

    (key,) = PushKey.objects.all()
    assert keys == {key.public}
    assert "PRIVATE KEY" in key.private
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM notifications_pushkey")
        assert "PRIVATE" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"endpoint": "ftp://push.example/1"},
        {"endpoint": "https://user:password@push.example/"},
        {"p256dh": encoded(b"\4" + b"1" * 64)},
        {"p256dh": "!"},
        {"auth": encoded(b"short")},
    ],
    ids=["scheme", "password", "no point", "no key", "short secret"],
)
def test_what_no_browser_would_say_is_refused(anna, pair, spoilt):
    said = {"endpoint": "https://push.example/1", "p256dh": encoded(point(pair.public_key())), "auth": encoded(AUTH)}

    with pytest.raises((Refused, AddressForbidden)):
        browsers.subscribe(person=anna, name="x", **(said | spoilt))
    assert not Browser.objects.exists()


def test_browser_that_somebody_else_signs_in_with_is_theirs_and_its_owner_takes_it_away(anna, ada, subscribed, pair):
    again = browsers.subscribe(
        person=ada, endpoint=subscribed.endpoint, p256dh=subscribed.p256dh, auth=encoded(AUTH), name="Firefox"
    )

    with pytest.raises(NotAllowed):
        browsers.unsubscribe(browser=again, by=anna)
    with pytest.raises(NotAllowed):
        browsers.subscribe(person=UserFactory(), endpoint="https://x.example/", p256dh="", auth="", name="")
    browsers.unsubscribe(browser=again, by=ada)
    assert not Browser.objects.exists()
    assert [entry.verb for entry in Entry.objects.about(ada)] == ["push_browser_removed"]
