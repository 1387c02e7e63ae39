"""Sign-in links: one person, one use, a while."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.actions.links import ask, find, issue, url_of, use
from helpdesk.accounts.models import ContactPoint, SignInLink
from helpdesk.accounts.signals import link_asked_for
from helpdesk.core.context import acting_from
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "clara@shop.example"


@pytest.fixture
def clara():
    return UserFactory(name="Clara", email=ADDRESS)


@pytest.fixture
def asked():
    """What the rooms above are told."""
    heard = []

    def listen(sender, signal, **facts):
        heard.append((facts["user"].name, facts["address"], facts["next_path"]))

    link_asked_for.connect(listen)
    yield heard
    link_asked_for.disconnect(listen)


def issued(clara, **options):
    return issue(user=clara, **({"address": ADDRESS} | options))


def test_link_is_kept_as_its_hash_for_so_many_hours(clara, settings):
    settings.SIGN_IN_LINK_HOURS = 5

    secret = issue(user=clara, address="Clara@Shop.example", next_path="/desk/")

    link = SignInLink.objects.get()
    assert (link.user, link.address, link.next_path, link.used_at) == (clara, ADDRESS, "/desk/", None)
    assert link.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert timedelta(hours=4, minutes=59) < link.expires_at - timezone.now() <= timedelta(hours=5)
    assert len(secret) >= 43


def test_link_is_built_on_our_own_address(settings):
    settings.SITE_URL = "https://desk.example"

    assert url_of("x" * 43) == f"https://desk.example/accounts/link/{'x' * 43}/"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_link_leads_nowhere_else(clara, path):
    assert find(issued(clara, next_path=path)).next_path == ""


@pytest.mark.parametrize(
    ("options", "lives"),
    [({}, False), ({"next_path": "/cabinet/"}, True), ({"address": "c.weiss@home.example"}, True)],
    ids=["same", "another-place", "another-address"],
)
def test_newer_link_ends_the_earlier_one_to_the_same_address_and_place(clara, options, lives):
    first = issued(clara)

    second = issued(clara, **options)

    assert (find(first) is not None, find(second) is not None) == (lives, True)


def test_link_of_another_person_is_not_ended():
    first = issue(user=UserFactory(), address=ADDRESS)

    issue(user=UserFactory(), address=ADDRESS)

    assert find(first) is not None


@pytest.mark.parametrize("secret", ["", "x", "x" * 39, "x" * 43, "\0" * 43, "é" * 43])
def test_link_that_nobody_issued_is_none(clara, secret):
    issued(clara)

    assert (find(secret), use(secret=secret)) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda link: SignInLink.objects.update(expires_at=timezone.now()),
        lambda link: SignInLink.objects.update(used_at=timezone.now()),
        lambda link: type(link.user).objects.update(is_active=False),
    ],
    ids=["expired", "used", "switched-off"],
)
def test_link_that_is_over_is_not_used(clara, change):
    secret = issued(clara)
    change(SignInLink.objects.get())

    assert use(secret=secret) is None
    assert not Entry.objects.exists()


def test_used_link_verifies_the_address_it_was_sent_to_and_no_other(clara):
    ContactPoint.objects.create(user=clara, value="c.weiss@home.example")
    link = use(secret=issued(clara))

    verified = dict(clara.contact_points.values_list("value", "verified_at"))
    assert verified == {ADDRESS: link.used_at, "c.weiss@home.example": None}
    [entry] = Entry.objects.about(clara)
    assert (entry.verb, entry.actor, entry.facts) == ("sign_in_link_used", clara, {"address": ADDRESS})


def test_address_that_was_verified_before_keeps_its_moment(clara):
    long_ago = timezone.now() - timedelta(days=99)
    clara.contact_points.update(verified_at=long_ago)

    use(secret=issued(clara))

    assert clara.contact_points.get().verified_at == long_ago


def test_link_is_used_once(clara):
    secret = issued(clara)

    assert [use(secret=secret) is not None for _ in range(3)] == [True, False, False]
    assert Entry.objects.filter(verb="sign_in_link_used").count() == 1


def test_somebody_known_who_asks_is_told_to_the_rooms_above(clara, asked):
    ask(address="CLARA@shop.example", next_path="/cabinet/", from_address="192.0.2.1")

    assert asked == [("Clara", ADDRESS, "/cabinet/")]


@pytest.mark.parametrize("address", ["nobody@shop.example", "former@shop.example"])
def test_nobody_and_somebody_switched_off_get_nothing_and_no_other_answer(asked, address):
    StaffFactory(email="former@shop.example", is_active=False)

    assert ask(address=address, next_path="", from_address="192.0.2.1") is None
    assert asked == []


def test_who_asks_too_often_is_stopped_and_nothing_is_sent(clara, asked):
    for _ in range(5):
        ask(address=ADDRESS, next_path="", from_address="192.0.2.1")

    with pytest.raises(TooManyAttempts):
        ask(address=ADDRESS, next_path="", from_address="192.0.2.1")

    assert len(asked) == 5


def test_link_that_is_asked_for_is_a_line_with_the_asker_s_address_and_one_for_nobody_is_none(clara, asked):
    with acting_from("web", address="192.0.2.7"):
        ask(address="Clara@shop.example", next_path="", from_address="192.0.2.7")
        ask(address="nobody@nowhere.example", next_path="", from_address="192.0.2.7")

    entry = Entry.objects.get()
    assert (entry.verb, entry.subject_id, entry.actor, entry.address) == (
        "sign_in_link_asked_for",
        clara.pk,
        None,
        "192.0.2.7",
    )
