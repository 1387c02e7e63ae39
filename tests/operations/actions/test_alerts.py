"""Who says that an alert is known."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.operations.actions.alerts import acknowledge, end, open_alert
from helpdesk.operations.models import Alert, Threshold
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def threshold():
    return Threshold.objects.create(family="disk", measure="level", limit=85, ends_at=80)


@pytest.fixture
def alert(threshold):
    return open_alert(threshold=threshold, series="disk:data", value=91)


def test_acknowledging_when_open_then_it_is_known_who_looks_after_it(alert, ada):
    acknowledge(alert=alert, by=ada)

    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at is not None) == (ada, True)


def test_acknowledging_when_somebody_has_then_refused(alert, ada):
    acknowledge(alert=alert, by=StaffFactory(role=Role.ADMINISTRATOR))

    with pytest.raises(Refused, match="Somebody looks after this alert already"):
        acknowledge(alert=alert, by=ada)


def test_acknowledging_when_over_then_refused(alert, ada):
    end(alert=alert)

    with pytest.raises(Refused, match="over already"):
        acknowledge(alert=alert, by=ada)


def test_acknowledging_when_not_an_administrator_then_not_allowed(alert):
    with pytest.raises(NotAllowed):
        acknowledge(alert=alert, by=StaffFactory(role=Role.LINE_LEAD))


def test_opening_when_it_is_open_already_then_one_stays(alert, threshold):
    again = open_alert(threshold=threshold, series="disk:data", value=95)

    assert again is None
    assert Alert.objects.count() == 1
