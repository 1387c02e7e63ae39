import pytest

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import Role
from helpdesk.accounts.viewing import keys_of, viewing
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("is_active", [True, False])
def test_person_stands_for_whoever_has_the_role(role, is_active):
    user = UserFactory(role=role, is_active=is_active, organisation=OrganisationFactory())

    stand_in = viewing(user).person(**keys_of(user))

    assert (stand_in.pk, stand_in.organisation_id) == (user.pk, user.organisation_id)
    assert [stand_in.can(each) for each in Capability] == [user.can(each) for each in Capability]


def test_person_without_an_organisation_stands_for_nobodys_organisation():
    user = UserFactory()

    assert viewing(user).person(**keys_of(user)).organisation_id is None


def test_person_when_asked_for_more_than_it_knows_then_does_not_answer():
    user = UserFactory(email="clara@shop.example")
    stand_in = viewing(user).person(user=2_101_000_000, organisation=0)

    with pytest.raises(type(user).DoesNotExist):
        str(stand_in.email)
