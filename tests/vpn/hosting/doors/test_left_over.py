"""What of a temporary access can't be ended from here is said to the person, before and afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browsers import browser_of
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.connectors import Door, connectors
from vpn.hosting.models import EntryDoor, TemporaryAccess

pytestmark = pytest.mark.django_db
WHM = "https://panel.shop.example:2087"
SAYS = "can&#x27;t be ended from here: it ends 15 minutes after"


def a_door(place, pavel, **values):
    secret = put_in(entry=place, kind="token", label="API", value="x", by=pavel)
    columns = {"connector": "cpanel", "address": WHM, "login": "root", **values}
    return EntryDoor.objects.create(entry=place, secret=secret, created_by=pavel, **columns)


def an_access(door, anna, state):
    now = timezone.now()
    ended = {"ended_at": now} if state == "ended" else {}
    return TemporaryAccess.objects.create(
        entry=door.entry,
        door=door,
        for_whom=anna,
        asked_by=anna,
        reason="x",
        name="hdanna",
        state=state,
        made_at=now,
        until=now + timedelta(hours=1),
        **ended,
    )


@pytest.mark.parametrize(
    ("connector", "address", "options", "says"),
    [
        ("cpanel", WHM, {}, True),
        ("cpanel", WHM, {"account": "shop"}, False),
        ("cpanel", "https://panel.shop.example:2083", {}, False),
        ("plesk", "https://panel.shop.example:8443", {}, False),
        ("directadmin", "https://panel.shop.example:2222", {}, False),
        ("ispmanager", "https://panel.shop.example:1500", {}, False),
        ("ssh", "ssh://web1.shop.example", {}, False),
    ],
)
def test_only_the_link_of_whm_leaves_a_session_behind(connector, address, options, says):
    door = Door(address, "root", "", options=options)

    assert ("15 minutes" in connectors()[connector].left_over(door)) is says


def test_page_that_asks_says_it_beforehand(place, pavel, anna):
    a_door(place, pavel)

    assert SAYS in browser_of(anna).get(f"/desk/access/{place.pk}/temporary/").content.decode()


@pytest.mark.parametrize("state", ["active", "ended"])
def test_page_of_the_access_says_it_and_not_that_nothing_is_left(place, pavel, anna, state):
    access = an_access(a_door(place, pavel), anna, state)

    shown = browser_of(anna).get(f"/desk/access/{place.pk}/temporary/{access.pk}/").content.decode()

    assert SAYS in shown
    assert "nothing of it is left there" not in shown


def test_page_of_another_panel_says_that_nothing_is_left(place, pavel, anna):
    door = a_door(place, pavel, connector="plesk", address="https://panel.shop.example:8443")
    access = an_access(door, anna, "ended")

    shown = browser_of(anna).get(f"/desk/access/{place.pk}/temporary/{access.pk}/").content.decode()

    assert "nothing of it is left there" in shown
    assert SAYS not in shown
