"""People who leave keep no key, however they leave; and whoever is erased is named nowhere."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.actions import membership
from helpdesk.accounts.actions.erasing import erase
from helpdesk.accounts.actions.leaving import deactivate, end_access, reactivate
from helpdesk.accounts.actions.merging import merge_people
from helpdesk.accounts.actions.roles import change_role
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Erasure
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory
from vpn import tasks
from vpn.actions import requesting
from vpn.actions.downloading import take_by_link
from vpn.actions.issuing import issue_key
from vpn.enums import BundleFormat, KeyState, RequestState
from vpn.models import Device, DownloadLink, Key, KeyRequest, Revocation, RevocationList

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(server, clara):
    server.organisations.add(clara.organisation)
    return server


def key_for(person, login, server, ada, **more):
    return issue_key(person=person, login=login, device="laptop", servers=[server], by=ada, **more)


def states():
    return list(Key.objects.order_by("pk").values_list("state", flat=True))


def test_person_when_they_are_switched_off_then_keys_and_wishes_end_and_the_list_says_so(ada, anna, office, phones):
    key_for(anna, "anna", office, ada)
    key_for(anna, "anna", phones, ada)
    wish = requesting.ask(person=anna, server=office, device_name="phone", reason="Travel", by=anna)
    kept = key_for(StaffFactory(name="Boris"), "boris", office, ada)

    deactivate(person=anna, by=ada, reason="Gone")
    tasks.publish_due()

    assert list(Key.objects.live()) == [kept]
    assert {each.reason for each in Revocation.objects.all()} == {"affiliationChanged"}
    assert KeyRequest.objects.get(pk=wish.pk).state == RequestState.WITHDRAWN
    assert RevocationList.objects.count() == 1


def test_person_when_they_come_back_then_their_keys_stay_revoked(ada, anna, office):
    key_for(anna, "anna", office, ada)
    deactivate(person=anna, by=ada, reason="Gone")

    reactivate(person=anna, by=ada)

    assert states() == [KeyState.REVOKED]


def test_person_when_they_sign_out_everywhere_then_they_keep_their_keys(ada, anna, office):
    key_for(anna, "anna", office, ada)

    end_access(person=anna, by=anna)

    assert states() == [KeyState.VALID]


def test_customer_when_their_manager_removes_them_then_their_keys_end(ada, clara, office):
    manager = UserFactory(name="Mia", role=Role.CUSTOMER_MANAGER, organisation=clara.organisation)
    key_for(clara, "clara", office, ada)

    membership.remove(person=clara, by=manager)

    assert states() == [KeyState.REVOKED]


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (Role.AGENT, Role.CUSTOMER, KeyState.REVOKED),
        (Role.ADMINISTRATOR, Role.CUSTOMER, KeyState.REVOKED),
        (Role.CUSTOMER, Role.AGENT, KeyState.REVOKED),
        (Role.AGENT, Role.CONTRACTOR, KeyState.REVOKED),
        (Role.ADMINISTRATOR, Role.AGENT, KeyState.VALID),
        (Role.CONTRACTOR, Role.AGENT, KeyState.VALID),
        (Role.CUSTOMER, Role.CUSTOMER_MANAGER, KeyState.VALID),
    ],
)
def test_role_when_it_is_another_then_keys_end_where_the_person_changes_sides(before, after, state, ada, office):
    person = StaffFactory(name="Pat", role=before)
    key_for(person, "pat", office, ada, until=timezone.localdate() + timedelta(days=20))

    change_role(person=person, role=after, by=ada)

    assert states() == [state]


def test_key_of_a_contractor_when_its_day_is_over_then_it_opens_nothing(ada, office, phones):
    oleg = StaffFactory(name="Oleg", role=Role.CONTRACTOR)
    until = timezone.localdate() + timedelta(days=2)
    openvpn, wireguard = (key_for(oleg, "oleg", each, ada, until=until) for each in (office, phones))
    assert {timezone.localtime(key.not_after).date() for key in (openvpn, wireguard)} == {until}

    Key.objects.update(not_after=timezone.now() - timedelta(seconds=1))
    tasks.end_due()

    assert not Key.objects.live().exists()
    assert Revocation.objects.get().key == wireguard


def test_what_ends_keys_when_beat_rings_it_then_it_is_at_least_once_a_minute():
    rung = {each["task"]: each["schedule"] for each in settings.CELERY_BEAT_SCHEDULE.values()}

    assert rung["vpn.tasks.end_due"] <= 60
    assert rung["vpn.tasks.publish_due"] <= 60
    assert rung["vpn.servers.tasks.sweep"] <= 20
    assert rung["helpdesk.accounts.directory.tasks.sweep"] <= 10


def test_people_when_they_are_merged_then_the_survivor_has_the_key_and_it_lives(ada, clara, office):
    other = UserFactory(name="Clara W.", organisation=clara.organisation)
    key = key_for(other, "clara", office, ada)

    merge_people(survivor=clara, merged=other, by=ada)

    assert Key.objects.get().state == KeyState.VALID
    assert Key.objects.get(pk=key.pk).device.owner == clara


def test_person_when_they_are_erased_then_keys_are_revoked_and_named_nowhere(ada, clara, office):
    from tests.vpn.actions.test_handing_out import path_of

    key = key_for(clara, "clara-weiss", office, ada)
    secret = path_of(key).split("/")[3]
    take_by_link(secret=secret, wanted=BundleFormat.PROFILE, address="192.0.2.7", browser="Phone of Clara Weiss")
    requesting.ask(person=clara, server=office, device_name="phone", reason="I travel", by=clara)
    serial = Key.objects.get().serial

    assert erase(erasure=Erasure.objects.create(person=clara, due_at=timezone.now()))

    kept, device, link, wish = (
        Key.objects.get(),
        Device.objects.get(),
        DownloadLink.objects.get(),
        KeyRequest.objects.get(),
    )
    assert (kept.state, kept.serial) == (KeyState.REVOKED, serial)
    assert kept.common_name == device.common_name == f"erased-{device.pk}"
    assert (kept.certificate_pem, device.login) == ("", "erased")
    assert (link.address, link.user_agent) == (None, "")
    assert (wish.reason, wish.device_name, wish.state) == ("", "", RequestState.WITHDRAWN)
    said = repr(list(Entry.objects.values_list("verb", "facts", "address")))
    for word in ("clara-weiss", "Clara Weiss", "192.0.2.7", "I travel"):
        assert word not in said
    assert Entry.objects.filter(verb="vpn_key_issued", facts__serial=serial).exists()


def test_person_when_they_are_erased_then_words_about_them_in_others_wishes_are_masked(ada, anna, clara, office):
    requesting.ask(person=anna, server=office, device_name="phone", reason="For Clara Weiss at work", by=anna)

    erase(erasure=Erasure.objects.create(person=clara, due_at=timezone.now()))

    assert KeyRequest.objects.get().reason == f"For Erased person {clara.pk} at work"
