"""Knowing people by their addresses."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.actions.people import (
    FREE_MAIL,
    clear_bounce,
    create_by_address,
    find_by_address,
    find_or_create_by_address,
    mark_bounced,
)
from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, StaffFactory, UserFactory


@pytest.mark.django_db
def test_person_is_found_by_any_address_of_theirs_in_any_case():
    clara = UserFactory(email="clara@shop.example")
    ContactPoint.objects.create(user=clara, value="c.weiss@home.example")

    found = [find_by_address(each) for each in ("CLARA@shop.example", "C.Weiss@home.example", "sergei@x.example")]

    assert found == [clara, clara, None]


@pytest.mark.django_db
def test_telephone_number_is_no_address():
    ContactPoint.objects.create(user=UserFactory(), kind=ContactKind.PHONE, value="clara@shop.example")

    assert find_by_address("clara@shop.example") is None


@pytest.mark.django_db
def test_person_whose_address_is_no_contact_point_is_found_by_the_one_they_sign_in_with():
    anna = StaffFactory(email="anna@helpdesk.example", contact_point=False)
    ContactPoint.objects.filter(user=anna).delete()

    assert find_by_address("Anna@helpdesk.example") == anna


@pytest.mark.django_db
def test_person_who_has_the_address_now_comes_before_who_signs_in_with_it():
    former = UserFactory(email="info@shop.example")
    ContactPoint.objects.filter(user=former).delete()
    holder = UserFactory()
    ContactPoint.objects.create(user=holder, value="info@shop.example")

    assert find_by_address("info@shop.example") == holder


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Clara Weiss", "Clara Weiss"),
        ("", "clara"),
        (" \0\r\n ", "clara"),
        ("C\r\nBcc: x", "C Bcc: x"),
        ("x" * 300, "x" * 200),
    ],
)
def test_new_person_is_a_customer_who_cannot_sign_in_by_password(name, called):
    person = find_or_create_by_address(address="Clara@Shop.example", name=name)

    person.refresh_from_db()
    assert (person.email, person.name, person.role) == ("clara@shop.example", called, Role.CUSTOMER)
    assert (person.has_usable_password(), person.organisation) == (False, None)
    point = person.contact_points.get()
    assert (point.value, point.kind, point.verified_at) == ("clara@shop.example", ContactKind.EMAIL, None)


@pytest.mark.django_db
def test_known_person_keeps_the_name_and_role_they_have():
    anna = StaffFactory(name="Anna", email="anna@helpdesk.example")

    assert find_or_create_by_address(address="anna@helpdesk.example", name="Somebody") == anna
    anna.refresh_from_db()
    assert (anna.name, anna.role) == ("Anna", Role.AGENT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "joins"),
    [
        ("clara@shop.example", "Shop"),
        ("clara@SHOP.example", "Shop"),
        ("clara@eu.shop.example", None),
        ("clara@notshop.example", None),
        ("clara@example", None),
        ("clara@gmail.com", None),
    ],
)
def test_new_person_joins_the_organisation_of_their_domain_alone(address, joins):
    OrganisationFactory(name="Shop", domains=["shop.example", "gmail.com"])
    OrganisationFactory(name="Another", domains=["shop.example"])

    organisation = find_or_create_by_address(address=address).organisation

    assert (organisation.name if organisation else None) == joins


def test_free_mail_is_written_as_domains_are_compared():
    assert {domain for domain in FREE_MAIL if domain != domain.lower().strip() or "." not in domain} == set()


@pytest.mark.django_db(transaction=True)
def test_person_when_two_mails_of_theirs_come_at_once_then_is_made_once():
    together, found = Barrier(2), []

    def come():
        together.wait()
        found.append(create_by_address(address="clara@shop.example", name="Clara").pk)
        connection.close()

    threads = [Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [User.objects.get(email="clara@shop.example").pk] * 2


@pytest.mark.django_db
def test_address_that_bounced_is_marked_and_told_once():
    clara = UserFactory(email="clara@shop.example")

    mark_bounced(address="Clara@shop.example", reason="5.1.1 no such user")
    mark_bounced(address="clara@shop.example", reason="another")

    point = clara.contact_points.get()
    assert point.bounced_at is not None
    assert point.bounce_reason == "5.1.1 no such user"
    [entry] = Entry.objects.about(clara)
    assert (entry.verb, entry.actor_id) == ("address_bounced", None)
    assert entry.facts == {"address": "clara@shop.example", "reason": "5.1.1 no such user"}


@pytest.mark.django_db
def test_bounce_marks_no_other_address_and_none_that_is_unknown():
    clara = UserFactory(email="clara@shop.example")
    ContactPoint.objects.create(user=clara, value="c.weiss@home.example")

    mark_bounced(address="c.weiss@home.example", reason="")
    mark_bounced(address="nobody@shop.example", reason="gone")

    assert list(ContactPoint.objects.filter(bounced_at__isnull=False).values_list("value", "bounce_reason")) == [
        ("c.weiss@home.example", "-")
    ]


@pytest.mark.django_db
def test_cleared_bounce_is_told_with_who_said_so():
    anna, clara = StaffFactory(), UserFactory(email="clara@shop.example")
    point = clara.contact_points.get()
    ContactPoint.objects.update(bounced_at=timezone.now(), bounce_reason="gone")

    clear_bounce(point=point, by=anna)

    point.refresh_from_db()
    assert (point.bounced_at, point.bounce_reason) == (None, "")
    [entry] = Entry.objects.about(clara)
    assert (entry.verb, entry.actor, entry.facts) == ("bounce_cleared", anna, {"address": "clara@shop.example"})
