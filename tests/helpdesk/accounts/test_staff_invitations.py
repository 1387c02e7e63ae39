"""Inviting colleagues."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import staff_invitations
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Invitation, RoleRule, User
from helpdesk.accounts.signals import staff_invited
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory, TeamFactory, UserFactory

NEW_PASSWORD = "quite another sentence"


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR, language="en")


@pytest.fixture
def secrets():
    heard = []
    staff_invited.connect(listen := lambda secret, **facts: heard.append(secret))
    yield heard
    staff_invited.disconnect(listen)


def invite(by, address="lena@helpdesk.example", *, role=Role.AGENT, teams=(), language="ru"):
    return staff_invitations.invite(
        by=by, address=address, name="Lena Brandt", role=role, teams=teams, language=language, from_address="192.0.2.1"
    )


def path_of(secret):
    return f"/accounts/invitation/{secret}/"


def join(client, secret, **form):
    return client.post(path_of(secret), {"name": "Lena", "password": NEW_PASSWORD} | form)


def test_invited_colleague_joins_in_role_teams_and_language(client, ada, secrets):
    team = TeamFactory()
    invitation = invite(ada, "Lena@Helpdesk.example", teams=[team])

    page, answer = client.get(path_of(secrets[0])), join(client, secrets[0])

    lena = User.objects.get(email="lena@helpdesk.example")
    assert "Ada" in page.content.decode()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (lena.role, lena.language, list(lena.teams.all())) == (Role.AGENT, "ru", [team])
    assert lena.check_password(NEW_PASSWORD)
    assert ContactPoint.objects.get(user=lena).verified_at is not None
    assert client.session[SESSION_KEY] == str(lena.pk)
    assert [entry.verb for entry in Entry.objects.about(invitation)] == ["colleague_invited", "invitation_accepted"]


def test_without_a_password_a_passkey_is_next(client, ada, secrets):
    invite(ada)

    answer = join(client, secrets[0], password="")

    assert answer["Location"] == "/accounts/security/passkeys/"
    assert client.get(answer["Location"]).status_code == 200
    assert not User.objects.get(email="lena@helpdesk.example").has_usable_password()


def test_second_factor_is_set_up_at_once_where_the_role_asks(client, ada, secrets):
    RoleRule.objects.update_or_create(role=Role.AGENT, defaults={"requires_mfa": True})
    invite(ada)
    join(client, secrets[0])

    assert client.get("/desk/tickets/")["Location"] == "/accounts/security/second-factor/"


def test_weak_password_spends_nothing(client, ada, secrets):
    invite(ada)

    assert join(client, secrets[0], password="short").status_code == 422
    assert join(client, secrets[0]).status_code == 302


def test_c05_link_ends_after_three_days_once_used_when_issued_again_and_taken_back(client, ada, secrets):
    used, expired, again, taken = (invite(ada, f"{name}@helpdesk.example") for name in "abcd")
    join(Client(), secrets[0])
    assert timedelta(hours=71) < expired.expires_at - timezone.now() <= timedelta(hours=72)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    staff_invitations.resend(invitation=again, by=ada, from_address="192.0.2.1")
    staff_invitations.revoke(invitation=taken, by=ada)

    answers = [join(Client(), secret).status_code for secret in secrets]

    assert used.pk
    assert answers == [410, 410, 410, 410, 302]


def test_c05_page_loads_nothing_of_third_parties_and_keeps_its_address(client, ada, secrets):
    invite(ada)

    response = client.get(path_of(secrets[0]))

    loaded = re.findall(r'(?:src|href)="([^"]+)"', response.content.decode())
    assert [address for address in loaded if not re.match(r"[/#](?!/)", address)] == []
    assert response["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("secret", ["%20", "%00", "0", "None", "a" * 39, "%ff", "x" * 5000])
def test_c06_blank_short_and_odd_secrets_are_refused_before_any_question(
    client, ada, secrets, secret, django_assert_num_queries
):
    invite(ada)
    join(Client(), secrets[0])

    with django_assert_num_queries(1 if secret.startswith("x") else 0):
        response = client.post(path_of(secret), {"name": "Sergei", "password": NEW_PASSWORD})

    assert response.status_code == 410
    assert SESSION_KEY not in client.session


def test_only_administrators_invite(ada, db):
    with pytest.raises(NotAllowed):
        invite(StaffFactory(role=Role.LINE_LEAD))


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, "", "nothing"])
def test_colleagues_have_a_role_at_the_desk(ada, role):
    with pytest.raises(Refused):
        invite(ada, role=role)


def test_address_of_somebody_is_not_invited_nor_one_twice(ada, secrets):
    UserFactory(email="clara@shop.example")
    invite(ada)

    for address in ("clara@shop.example", "LENA@helpdesk.example"):
        with pytest.raises(Refused):
            invite(ada, address)


def test_whoever_wrote_meanwhile_is_not_made_a_colleague(client, ada, secrets):
    invite(ada)
    customer = UserFactory(email="lena@helpdesk.example")

    assert join(client, secrets[0]).status_code == 410
    customer.refresh_from_db()
    assert customer.role == Role.CUSTOMER


def test_letter_is_in_the_language_of_the_invitation_with_the_link_sealed(ada, secrets):
    invite(ada, language="ru")
    (row,) = Delivery.objects.filter(purpose=Purpose.INVITATION)

    mail = composers[Purpose.INVITATION]([row])

    assert secrets[0] not in str(row.content)
    assert f"/accounts/invitation/{secrets[0]}/".encode() in mail.content.replace(b"=\r\n", b"").replace(b"=3D", b"=")


def test_administration_invites_sends_again_and_takes_back(ada, secrets):
    browser, team = proved(browser_of(ada)), TeamFactory()
    form = {
        "address": "lena@helpdesk.example",
        "name": "Lena",
        "role": Role.SALES,
        "teams": [team.pk],
        "language": "en",
    }
    listed = "/admin/accounts/invitation/"

    made = browser.post(f"{listed}add/", form)
    twice = browser.post(f"{listed}add/", form)
    invitation = Invitation.objects.get()
    browser.post(listed, {"action": "send_again", "_selected_action": [invitation.pk]})
    browser.post(listed, {"action": "take_back", "_selected_action": [invitation.pk]})

    invitation.refresh_from_db()
    assert (made.status_code, twice.status_code) == (302, 200)
    assert (invitation.role, list(invitation.teams.all()), len(secrets)) == (Role.SALES, [team], 2)
    assert invitation.revoked_at is not None
    assert "lena@helpdesk.example" in browser.get(listed).content.decode()
