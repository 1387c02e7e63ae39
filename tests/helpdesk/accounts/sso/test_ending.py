"""Signing out everywhere: tokens die at once, every site is told, and none is forgotten."""

from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import passwords
from helpdesk.accounts.signals import access_ended, session_ended
from helpdesk.accounts.sso import tasks
from helpdesk.accounts.sso.actions import keys, notices
from helpdesk.accounts.sso.enums import Ending, NoticeState
from helpdesk.accounts.sso.models import LogoutNotice, Visit
from helpdesk.journal.models import Entry
from tests.peers.relying_party import relying_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(settings):
    """A real site, asked over the wire."""
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with relying_party() as party:
        yield party


def listening(site_client, peer):
    site_client.site.notice_uri = f"{peer.reached_at}/backchannel"
    site_client.site.save()
    keys.signing_key()
    peer.known_keys = site_client.http.get("/oidc/jwks/").json()[
        "keys"
    ]  # in a thread of its own it sees no test's rows
    peer.provider, peer.client_id = {"issuer": "http://127.0.0.1:8000"}, site_client.site.id
    return site_client


def due_now():
    LogoutNotice.objects.filter(state=NoticeState.WAITING).update(next_at=timezone.now())
    for key in notices.due():
        notices.tell(key)


def test_signing_out_here_ends_every_visit_of_the_session_and_tells_the_sites(browser, shop, wiki, peer):
    listening(shop, peer)
    tokens, other = shop.enter(browser), wiki.enter(browser)
    sid = shop.read(tokens["id_token"])["sid"]

    browser.post("/accounts/logout/")
    statuses = [shop.userinfo(tokens).status_code, wiki.userinfo(other).status_code]
    refreshed = shop.refresh(tokens["refresh_token"])
    due_now()

    assert statuses == [401, 401]
    assert refreshed.json() == {"error": "invalid_grant"}
    assert [claims["sid"] for claims in peer.told] == [sid]
    assert peer.turned_away == []
    assert set(Visit.objects.values_list("ending", flat=True)) == {Ending.SIGNED_OUT}


def test_other_browser_of_the_same_person_stays_signed_in(browser, anna, shop):
    elsewhere = Client()
    elsewhere.force_login(anna)
    here, there = shop.enter(browser), shop.enter(elsewhere)

    browser.post("/accounts/logout/")

    assert (shop.userinfo(here).status_code, shop.userinfo(there).status_code) == (401, 200)


@pytest.mark.parametrize(
    "how",
    [
        lambda anna, key: type(anna).objects.filter(pk=anna.pk).update(is_active=False),
        lambda anna, key: Session.objects.filter(session_key=key).delete(),
        lambda anna, key: passwords.change(user=anna, new="another long sentence", by=anna),
        lambda anna, key: type(anna).objects.filter(pk=anna.pk).update(role="sales"),
        lambda anna, key: access_ended.send(sender=type(anna), user=anna),
        lambda anna, key: session_ended.send(sender=type(anna), session_key=key),
    ],
    ids=["switched off", "session deleted", "password changed", "role changed", "access ended", "session ended"],
)
def test_tokens_are_dead_at_once_however_it_ended(browser, anna, shop, how):
    tokens = shop.enter(browser)

    how(anna, browser.session.session_key)

    refused = shop.userinfo(tokens)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused["WWW-Authenticate"]
    assert shop.refresh(tokens["refresh_token"]).status_code == 400


def test_sweep_finds_sessions_that_somebody_ended_unseen_and_tells_the_site(browser, shop, peer, monkeypatch):
    listening(shop, peer)
    shop.enter(browser)
    Session.objects.all().delete()

    tasks.sweep()
    due_now()

    assert Visit.objects.get().ending == Ending.SESSION_GONE
    assert len(peer.told) == 1


def test_sweep_ends_visits_of_people_whose_role_the_site_admits_no_longer(browser, anna, shop):
    shop.enter(browser)
    type(anna).objects.filter(pk=anna.pk).update(role="sales")

    tasks.sweep()

    assert Visit.objects.get().ending == Ending.ACCESS_ENDED
    assert LogoutNotice.objects.count() == 1


def test_sweep_leaves_visits_with_good_ground_alone(browser, shop):
    tokens = shop.enter(browser)

    tasks.sweep()

    assert Visit.objects.open().count() == 1
    assert shop.userinfo(tokens).status_code == 200


def test_site_that_does_not_answer_is_told_again_later_and_never_forgotten(browser, shop, peer):
    listening(shop, peer)
    shop.enter(browser)
    peer.refuses = 2
    browser.post("/accounts/logout/")

    waits = []
    for _ in range(3):
        due_now()
        notice = LogoutNotice.objects.get()
        waits.append((notice.state, notice.attempts, round((notice.next_at - timezone.now()).total_seconds())))

    assert waits[:2] == [(NoticeState.WAITING, 1, 1), (NoticeState.WAITING, 2, 2)]
    assert (notice.state, notice.attempts, notice.reason) == (NoticeState.TAKEN, 3, "")
    assert len(peer.told) == 1


def test_site_that_never_answers_is_given_up_loudly(browser, anna, shop, peer):
    listening(shop, peer)
    shop.enter(browser)
    peer.refuses = 1
    browser.post("/accounts/logout/")
    LogoutNotice.objects.update(created_at=timezone.now() - notices.PATIENCE - timedelta(minutes=1))

    due_now()

    assert LogoutNotice.objects.get().state == NoticeState.GIVEN_UP
    assert Entry.objects.about(anna).get(verb="logout_notice_given_up").facts == {"site": "Shop", "reason": "500"}


def test_address_inside_our_own_network_is_not_asked(browser, shop, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    shop.site.notice_uri = "http://127.0.0.1:1/backchannel"
    shop.site.save()
    shop.enter(browser)
    browser.post("/accounts/logout/")

    due_now()

    assert "OUTGOING_ALLOWED_NETWORKS" in LogoutNotice.objects.get().reason


def test_notice_is_offered_by_one_worker_at_a_time(browser, shop):
    shop.enter(browser)
    browser.post("/accounts/logout/")
    notice = LogoutNotice.objects.get()

    first, second = notices._claim(notice.pk), notices._claim(notice.pk)

    assert (first, second) == (notice, None)


# --- Signing out that begins at a site ---


def ending(tokens, **changes):
    return {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": "https://shop.example/bye",
        "state": "s1",
    } | changes


def test_site_with_the_id_token_of_this_session_signs_out_everywhere_and_gets_the_person_back(browser, shop, wiki):
    tokens, other = shop.enter(browser), wiki.enter(browser)

    answer = browser.get("/oidc/end-session/", ending(tokens))

    assert answer["Location"] == "https://shop.example/bye?state=s1"
    assert "_auth_user_id" not in browser.session
    assert wiki.userinfo(other).status_code == 401


def test_id_token_that_ran_out_is_still_a_hint(browser, shop):
    tokens = shop.enter(browser)
    from helpdesk.accounts.sso.sites.signing import sign

    old = shop.read(tokens["id_token"]) | {"exp": 1_700_000_000}

    answer = browser.get("/oidc/end-session/", ending(tokens, id_token_hint=sign(old)))

    assert answer["Location"] == "https://shop.example/bye?state=s1"


@pytest.mark.parametrize("hint", ["", "nonsense", "a.b.c"])
def test_anybody_else_only_makes_us_ask(browser, shop, hint):
    tokens = shop.enter(browser)

    page = browser.get("/oidc/end-session/", ending(tokens, id_token_hint=hint, client_id=shop.site.id))
    still_in = browser.get("/accounts/logout/")
    answer = browser.post(
        "/oidc/end-session/confirmation/",
        {"query": f"client_id={shop.site.id}&post_logout_redirect_uri=https://shop.example/bye"},
    )

    assert page.status_code == 200
    assert b"data-sign-out" in still_in.content
    assert answer["Refresh"] == "0; url=https://shop.example/bye"
    assert shop.userinfo(tokens).status_code == 401


def test_id_token_of_somebody_else_only_makes_us_ask(browser, shop):
    from tests.factories import StaffFactory

    elsewhere = Client()
    elsewhere.force_login(StaffFactory())
    tokens = shop.enter(elsewhere)

    assert browser.get("/oidc/end-session/", ending(tokens)).status_code == 200
    assert "_auth_user_id" in browser.session


def test_nobody_is_led_to_an_address_that_the_site_did_not_register(browser, shop):
    tokens = shop.enter(browser)

    answer = browser.get("/oidc/end-session/", ending(tokens, post_logout_redirect_uri="https://evil.example/"))

    assert urlsplit(answer["Location"]).path == "/accounts/logout/"
    assert parse_qs(urlsplit(answer["Location"]).query) == {}


def test_logout_token_runs_out_in_minutes_and_says_whose_session(browser, shop):
    tokens = shop.enter(browser)
    browser.post("/accounts/logout/")

    token = notices.logout_token(LogoutNotice.objects.get())

    claims, of_id_token = shop.read(token), jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"
    assert claims["exp"] - claims["iat"] == notices.TOKEN_SECONDS
    assert (claims["sid"], claims["sub"]) == (of_id_token["sid"], of_id_token["sub"])
