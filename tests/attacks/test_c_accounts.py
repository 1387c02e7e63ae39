"""Attacks on signing in (C01 to C09, C15, C16, C18) and on what an unproved address shows (B04)."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client
from django.utils import timezone

from helpdesk import settings as program
from helpdesk.accounts.actions import attempts, links, passwords, tokens
from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.accounts.enums import Door, Role
from helpdesk.accounts.models import SignInLink
from helpdesk.accounts.views.links import STEP_SECONDS
from helpdesk.core.fields import unseal
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]
LOGIN, ASK = "/accounts/login/", "/accounts/link/"
PASSWORD = "a long sentence of hers"


class CountingHasher(Argon2PasswordHasher):
    """Argon2, cheap, that remembers how often it was asked."""

    algorithm = "argon2"
    time_cost, memory_cost, parallelism = 1, 8, 1
    ran = 0

    def encode(self, password, salt):
        type(self).ran += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        type(self).ran += 1
        return super().verify(password, encoded)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example", password=PASSWORD)


@pytest.fixture(autouse=True)
def cheap_hashing(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]


def path_of(secret):
    return f"/accounts/link/{secret}/"


def person_in(client):
    return client.session.get(SESSION_KEY)


def without_tokens(response):
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", response.content.decode())


def seconds_of(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_c01_asking_for_a_link_tells_nobody_who_is_known(client, clara):
    answers = [client.post(ASK, {"address": address}) for address in (clara.email, "nobody@shop.example")]

    pages = [client.get(answer["Location"]) for answer in answers]

    assert answers[0].headers.keys() == answers[1].headers.keys()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert without_tokens(pages[0]) == without_tokens(pages[1])


@pytest.mark.parametrize("address", ["clara@shop.example", "nobody@shop.example"])
def test_c01_asking_for_a_link_is_answered_on_the_clock_and_not_when_it_is_done(client, clara, address):
    waited = [seconds_of(lambda: client.post(ASK, {"address": address})) for _index in range(4)]
    worked = [
        seconds_of(lambda n=n: links.ask(address=address, next_path="/", from_address=f"10.0.{n}.1")) for n in range(10)
    ]

    assert min(waited) >= STEP_SECONDS
    assert min(worked) * 4 < STEP_SECONDS


def test_c01_nothing_is_sent_while_the_request_waits(client, clara, mailoutbox):
    client.post(ASK, {"address": clara.email})

    assert mailoutbox == []
    assert Delivery.objects.get().state == "queued"


def test_c02_link_dies_when_it_is_used_and_when_the_password_changes(client, clara):
    used, unused = (links.issue(user=clara, address=clara.email, next_path=path) for path in ("/a/", "/b/"))
    client.post(path_of(used))

    passwords.change(user=clara, new="quite another sentence", by=clara)

    assert [Client().post(path_of(secret)).status_code for secret in (used, unused)] == [410, 410]


def test_c03_secrets_come_from_the_operating_systems_chance():
    sources = [path for room in ("helpdesk", "tickets") for path in (ROOT / room).rglob("*.py")]
    guessable = re.compile(
        r"\brandom\.(random|choice|choices|randint|randrange|getrandbits|sample)\(|\buuid1\(|\bmd5\(|\bsha1\("
    )

    found = [path.relative_to(ROOT).as_posix() for path in sources if guessable.search(path.read_text())]

    assert [path for path in found if "/seeding/" not in path and "/bench/" not in path and "/demo/" not in path] == []


def test_c03_links_and_tokens_are_long_and_differ(clara):
    made = [links.issue(user=clara, address=clara.email) for _index in range(50)]
    made += [tokens.issue(user=clara, by=None, name="x").removeprefix("hd_") for _index in range(50)]

    assert len(set(made)) == 100
    assert all(len(secret) >= 43 for secret in made)


def test_c04_only_hashes_are_kept_and_links_end(clara):
    secret = links.issue(user=clara, address=clara.email)
    token = tokens.issue(user=clara, by=None, name="phone")

    link = SignInLink.objects.get()
    assert secret not in str(link.__dict__)
    assert token not in str(clara.api_tokens.get().__dict__)
    assert link.digest != secret
    assert timezone.now() < link.expires_at <= timezone.now() + timedelta(hours=72)


def test_c04_link_lies_sealed_in_the_outbox(client, clara, settings):
    client.post(ASK, {"address": clara.email})

    content = Delivery.objects.get().content
    assert settings.SITE_URL not in str(content)
    assert unseal(content["url"]).startswith(f"{settings.SITE_URL}/accounts/link/")


def test_c05_invitation_ends_after_three_days_once_used_and_when_issued_again(client, clara):
    old = links.issue(user=clara, address=clara.email)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    replaced = links.issue(user=clara, address=clara.email)
    current = links.issue(user=clara, address=clara.email)

    answers = [Client().post(path_of(secret)).status_code for secret in (old, replaced, current, current)]

    assert answers == [410, 410, 302, 410]


def test_c05_invitations_page_loads_nothing_of_third_parties_and_keeps_its_address(client, clara):
    response = client.get(path_of(links.issue(user=clara, address=clara.email)))

    loaded = re.findall(r'(?:src|href)="([^"]+)"', response.content.decode())
    assert [address for address in loaded if not re.match(r"[/#](?!/)", address)] == []
    assert response["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "%20",
        "%00",
        "%20%20%20",
        "+",
        "0",
        "null",
        "None",
        "a",
        "%2e%2e",
        "%ff",
        "x" * 43,
        "x" * 5000,
        "%F0%9F%98%80" * 12,
    ],
)
def test_c06_empty_short_and_odd_secrets_let_nobody_in(clara, secret):
    used = links.issue(user=clara, address=clara.email)
    Client().post(path_of(used))

    for call in ("get", "post"):
        client = Client()
        response = getattr(client, call)(path_of(secret))

        assert response.status_code in (404, 410)
        assert person_in(client) is None


def test_c06_secret_with_something_after_it_is_another(clara):
    secret = links.issue(user=clara, address=clara.email)

    answers = [Client().post(f"/accounts/link/{secret}{tail}/").status_code for tail in ("%20", "%00", "=", "%0a")]

    assert answers == [410] * 4
    assert Client().post(path_of(secret.upper())).status_code == 410
    assert Client().post(path_of(secret)).status_code == 302


@pytest.mark.parametrize("way", ["password", "link"])
def test_c07_session_given_by_a_stranger_is_not_signed_in(clara, way):
    victim = Client()
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted

    if way == "password":
        victim.post(LOGIN, {"login": clara.email, "password": PASSWORD})
    else:
        victim.post(path_of(links.issue(user=clara, address=clara.email)))

    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert person_in(victim) == str(clara.pk)
    assert victim.cookies["sessionid"].value != planted
    assert attacker.get("/cabinet/").status_code == 302


@pytest.mark.parametrize("way", ["password", "link"])
def test_c07_signing_in_as_somebody_else_takes_over_nothing(clara, way):
    browser = Client()
    sergei = UserFactory(email="sergei@stranger.example", password=PASSWORD)
    browser.post(LOGIN, {"login": sergei.email, "password": PASSWORD})
    session = browser.session
    session["of_sergei"] = True
    session.save()

    if way == "link":
        browser.post(path_of(links.issue(user=clara, address=clara.email)))
        assert person_in(browser) == str(clara.pk)
        assert "of_sergei" not in browser.session
    else:
        assert browser.post(LOGIN, {"login": clara.email, "password": PASSWORD}).status_code == 302
        assert "of_sergei" not in browser.session


def test_c08_other_sessions_end_with_the_password(clara):
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    here.post("/accounts/password/", {"current": PASSWORD, "new": "quite another sentence"})

    assert here.get("/cabinet/").status_code == 200
    assert elsewhere.get("/cabinet/").status_code == 302


def test_c08_everything_ends_at_once_for_whoever_is_switched_off(clara):
    browser = Client()
    browser.post(LOGIN, {"login": clara.email, "password": PASSWORD})
    token = tokens.issue(user=clara, by=None, name="phone")
    secret = links.issue(user=clara, address=clara.email)
    assert (browser.get("/cabinet/").status_code, tokens.find(token) is None) == (200, False)

    clara.is_active = False
    clara.save(update_fields=["is_active"])

    assert browser.get("/cabinet/").status_code == 302
    assert tokens.find(token) is None
    assert Client().post(path_of(secret)).status_code == 410
    assert Client().post(LOGIN, {"login": clara.email, "password": PASSWORD}).status_code == 422


def test_c09_every_refused_sign_in_costs_the_same_hashing(clara):
    UserFactory(email="link.only@shop.example")
    off = UserFactory(email="off@shop.example", password=PASSWORD)
    off.is_active = False
    off.save()

    costs = {}
    for login in (clara.email, "nobody@shop.example", "link.only@shop.example", off.email):
        CountingHasher.ran = 0
        assert Client().post(LOGIN, {"login": login, "password": "wrong"}).status_code == 422
        costs[login] = CountingHasher.ran

    assert len(set(costs.values())) == 1, costs
    assert costs[clara.email] > 0


def test_c09_passwords_are_hashed_with_argon2(settings, clara):
    assert clara.password.startswith("argon2$argon2id$")
    settings.PASSWORD_HASHERS = program.PASSWORD_HASHERS  # tests hash more cheaply
    assert make_password("x").startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")


def test_c15_number_and_address_open_nothing(client, clara):
    ticket = TicketFactory(requester=clara)

    guesses = [
        f"/cabinet/requests/{ticket.number}/?email={clara.email}",
        f"/cabinet/requests/{ticket.number}/?token=x&auth=1",
        f"/desk/tickets/{ticket.number}/",
    ]

    assert [client.get(guess).status_code for guess in guesses] == [302] * 3


def test_c15_link_to_a_request_is_one_persons_and_forwarded_it_is_still_theirs(clara):
    sergei = UserFactory(email="sergei@stranger.example")
    mine = TicketFactory(requester=clara)
    browser = Client()

    browser.post(path_of(links.issue(user=sergei, address=sergei.email, next_path=f"/cabinet/requests/{mine.number}/")))

    assert person_in(browser) == str(sergei.pk)
    assert browser.get(f"/cabinet/requests/{mine.number}/").status_code == 404


@pytest.mark.parametrize(
    "header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_SERVER", "HTTP_X_HOST", "HTTP_FORWARDED"]
)
def test_c16_link_is_built_on_our_own_name(clara, settings, header):
    settings.ALLOWED_HOSTS = ["testserver"]
    value = "host=evil.example" if header == "HTTP_FORWARDED" else "evil.example"

    response = Client().post(ASK, {"address": clara.email}, **{header: value})

    if header == "HTTP_HOST":
        assert response.status_code == 400
        assert Delivery.objects.count() == 0
    else:
        assert unseal(Delivery.objects.get().content["url"]).startswith(f"{settings.SITE_URL}/accounts/link/")


def test_c18_guessing_a_password_ends_and_the_right_one_comes_too_late(clara):
    attacker = Client(REMOTE_ADDR="203.0.113.9")

    guesses = [attacker.post(LOGIN, {"login": clara.email, "password": f"guess {n}"}).status_code for n in range(7)]
    right = attacker.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    assert guesses == [422] * 5 + [429] * 2
    assert right.status_code == 429
    assert person_in(attacker) is None


def test_c18_stranger_locks_nobody_out(clara):
    attacker, victim = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="192.0.2.10")
    for index in range(8):
        attacker.post(LOGIN, {"login": clara.email, "password": f"guess {index}"})
        attacker.post(ASK, {"address": clara.email})

    by_password = victim.post(LOGIN, {"login": clara.email, "password": PASSWORD})
    by_link = victim.post(ASK, {"address": clara.email})

    assert by_password.status_code == 302
    assert by_link.status_code == 303


def test_c18_many_networks_stop_a_password_but_never_the_link_in_the_mailbox(clara):
    secret = links.issue(user=clara, address=clara.email, next_path="/cabinet/requests/")
    for index in range(100):
        attempts.begin(door=Door.PASSWORD, about=clara.email, address=f"10.1.{index}.1")

    by_password = Client(REMOTE_ADDR="192.0.2.10").post(LOGIN, {"login": clara.email, "password": PASSWORD})
    by_link = Client(REMOTE_ADDR="192.0.2.10").post(path_of(secret))

    assert by_password.status_code == 429
    assert by_link.status_code == 302


def test_c18_header_of_a_stranger_is_no_other_network(clara):
    answers = [
        Client(REMOTE_ADDR="203.0.113.9").post(
            LOGIN, {"login": clara.email, "password": f"guess {n}"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}"
        )
        for n in range(6)
    ]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_c18_administration_is_behind_the_same_limits(clara):
    StaffFactory(email="admin@helpdesk.example", role=Role.ADMINISTRATOR, password=PASSWORD)

    response = Client().post("/admin/login/", {"username": "admin@helpdesk.example", "password": PASSWORD})

    assert response.status_code == 405


def test_prefetching_scanner_spends_no_link_and_is_not_let_in(clara):
    secret = links.issue(user=clara, address=clara.email)
    scanner = Client(HTTP_USER_AGENT="LinkScanner/1.0")

    for call in (scanner.get, scanner.head, scanner.options):
        call(path_of(secret))
        assert person_in(scanner) is None

    assert Client().post(path_of(secret)).status_code == 302


def test_b04_ticket_under_somebodys_address_is_shown_to_whoever_proves_the_address_alone(db, settings):
    victim = find_or_create_by_address(address="no-reply@service.example", name="Service")
    ticket = TicketFactory(requester=victim)
    MessageFactory(ticket=ticket, author=victim, html="", text="Your verification code is 481516.")
    forger = UserFactory(email="forger@mail.example", password=PASSWORD)
    page = f"/cabinet/requests/{ticket.number}/"

    without_proof = Client().post(LOGIN, {"login": victim.email, "password": ""})
    browser = Client()
    browser.post(LOGIN, {"login": forger.email, "password": PASSWORD})
    owner = Client()
    owner.post(ASK, {"address": victim.email})
    owner.post(unseal(Delivery.objects.get().content["url"]).removeprefix(settings.SITE_URL))

    assert without_proof.status_code == 422
    assert browser.get(page).status_code == 404
    assert "481516" not in browser.get("/cabinet/").content.decode()
    assert owner.get(page).status_code == 200
    assert victim.contact_points.get().verified_at is not None
