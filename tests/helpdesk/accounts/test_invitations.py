"""Inviting colleagues: who may, who may be, and what nobody learns by it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actions import invitations
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Invitation, User
from helpdesk.accounts.signals import person_invited
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.factories import OrganisationFactory, StaffFactory, UserFactory


@pytest.fixture
def clara(db):
    return UserFactory(
        name="Clara Weiss", role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory(name="Nordlicht Shop")
    )


@pytest.fixture
def secrets():
    """The secrets of the letters, in order."""
    heard = []

    def listen(secret, **facts):
        heard.append(secret)

    person_invited.connect(listen)
    yield heard
    person_invited.disconnect(listen)


def invite(by, address="lena@shop.example", *, name="Lena Brandt", is_manager=False):
    return invitations.invite(by=by, address=address, name=name, is_manager=is_manager, from_address="192.0.2.1")


def test_invited_person_joins_by_the_letter_once(clara, secrets):
    invitation = invite(clara, "Lena@Shop.example")

    person = invitations.accept(secret=secrets[0], name="Lena B.")

    assert (person.email, person.name, person.role) == ("lena@shop.example", "Lena B.", Role.CUSTOMER)
    assert (person.organisation, person.has_usable_password()) == (clara.organisation, False)
    assert ContactPoint.objects.get(user=person).verified_at is not None
    assert invitations.accept(secret=secrets[0], name="Again") is None
    assert [entry.verb for entry in Entry.objects.about(invitation)] == ["person_invited", "invitation_accepted"]
    assert "lena" not in str([entry.facts for entry in Entry.objects.all()])


def test_letter_has_the_link_sealed_until_it_goes(clara, secrets):
    invite(clara)
    [row] = Delivery.objects.filter(purpose=Purpose.INVITATION)

    mail = composers[Purpose.INVITATION]([row])

    assert row.recipient == "lena@shop.example"
    assert secrets[0] not in str(row.content)
    assert b"Nordlicht Shop" in mail.content
    assert f"/accounts/invitation/{secrets[0]}/".encode() in mail.content.replace(b"=\r\n", b"").replace(b"=3D", b"=")


def test_letter_of_what_was_taken_back_is_not_written(clara, secrets):
    invitation = invite(clara)
    invitations.revoke(invitation=invitation, by=clara)

    with pytest.raises(Refused):
        composers[Purpose.INVITATION](list(Delivery.objects.filter(purpose=Purpose.INVITATION)))


def test_customer_without_a_company_joins_and_keeps_their_name(clara, secrets):
    known = UserFactory(name="Lena", email="lena@mail.example")
    invite(clara, "lena@mail.example", is_manager=True)

    joined = invitations.accept(secret=secrets[0], name="Another")

    assert (joined.pk, joined.name, joined.role) == (known.pk, "Lena", Role.CUSTOMER_MANAGER)


def elsewhere():
    return UserFactory(email="x@other.example", organisation=OrganisationFactory())


@pytest.mark.parametrize(
    "make",
    [
        elsewhere,
        lambda: StaffFactory(email="x@other.example"),
        lambda: UserFactory(email="x@other.example", is_active=False),
    ],
    ids=["of another company", "staff", "switched off"],
)
def test_nobody_is_pulled_in_and_the_manager_sees_no_difference(clara, secrets, make):
    ada, person = StaffFactory(role=Role.ADMINISTRATOR), make()
    before = (person.organisation, person.role)

    doubted, plain = invite(clara, "x@other.example"), invite(clara, "y@other.example")

    person.refresh_from_db()
    assert len(secrets) == 1
    assert (person.organisation, person.role) == before
    assert (doubted.accepted_at, doubted.revoked_at, doubted.is_expired) == (None, None, plain.is_expired)
    assert [row.recipient for row in Delivery.objects.filter(purpose=Purpose.NOTICE)] == [ada.email]


def test_whoever_joined_another_company_meanwhile_is_not_pulled_in(clara, secrets):
    invite(clara)
    UserFactory(email="lena@shop.example", organisation=OrganisationFactory())

    assert invitations.accept(secret=secrets[0], name="Lena") is None
    assert not User.objects.filter(organisation=clara.organisation, email="lena@shop.example").exists()


def test_new_link_ends_the_one_before(clara, secrets):
    invitation = invite(clara)

    invitations.resend(invitation=invitation, by=clara, from_address="192.0.2.1")

    assert invitations.find(secrets[0]) is None
    assert invitations.find(secrets[1]) == invitation


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_link_ends(clara, secrets, end):
    invitation = invite(clara)
    if end == "revoked":
        invitations.revoke(invitation=invitation, by=clara)
    else:
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert invitations.accept(secret=secrets[0], name="Lena") is None
    assert not User.objects.filter(email="lena@shop.example").exists()


def test_who_is_here_or_invited_already_is_not_invited(clara, secrets):
    UserFactory(email="jonas@shop.example", organisation=clara.organisation)
    invite(clara)

    for address in ("jonas@shop.example", "LENA@shop.example"):
        with pytest.raises(Refused):
            invite(clara, address)

    assert len(secrets) == 1


def test_only_the_manager_of_a_company_invites(clara, secrets):
    alone = UserFactory(role=Role.CUSTOMER_MANAGER)
    plain = UserFactory(organisation=clara.organisation)
    foreign = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())
    invitation = invite(clara)

    for person in (alone, plain, StaffFactory(role=Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            invite(person, "z@shop.example")
    with pytest.raises(NotAllowed):
        invitations.revoke(invitation=invitation, by=foreign)
    with pytest.raises(NotAllowed):
        invitations.resend(invitation=invitation, by=foreign, from_address="192.0.2.1")

    assert len(secrets) == 1


def test_invitations_are_limited(clara, secrets):
    for index in range(20):
        invite(clara, f"a{index}@shop.example")

    with pytest.raises(TooManyAttempts):
        invite(clara, "one-more@shop.example")

    assert len(secrets) == 20


def test_page_of_the_link_asks_a_new_person_for_a_name_and_signs_in(clara, secrets, client):
    invite(clara, name="")
    url = f"/accounts/invitation/{secrets[0]}/"

    shown = client.get(url)
    nameless = client.post(url, {"name": " "})
    joined = client.post(url, {"name": "Lena Brandt"})
    gone = client.get(url)

    assert "Nordlicht Shop" in shown.content.decode()
    assert (nameless.status_code, joined.status_code, gone.status_code) == (422, 302, 410)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="lena@shop.example").pk)
