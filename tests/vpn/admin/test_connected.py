"""Whether a key is connected, where administrators look; and the way to it from a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browsers import browser_of, proved
from vpn.actions.issuing import issue_key
from vpn.models import Key, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


@pytest.fixture
def key(ada, anna, server):
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


def session(key, **more):
    now = timezone.now()
    (server,) = key.servers.all()
    return Session.objects.create(
        server=server, key=key, name=key.common_name, real="192.0.2.7:4711", connected_at=now, seen_at=now, **more
    )


def said(browser, key):
    page = browser.get(reverse("admin:vpn_key_bundle", args=[key.pk])).content.decode()
    return page.partition('id="connected"')[2].partition("</dd>")[0].rpartition(">")[2].strip()


def test_key_when_never_used_then_its_page_says_not_yet(browser, key):
    assert said(browser, key) == "not yet"


def test_key_when_connected_then_its_page_says_where_and_from_where(browser, key, server):
    session(key)

    assert said(browser, key).startswith(f"✓ {server.name}, from 192.0.2.7:4711, since ")


def test_key_when_it_was_connected_then_its_page_says_when_it_was_seen(browser, key):
    session(key, ended_at=timezone.now())
    Key.objects.update(last_seen_at=timezone.now() - timedelta(days=1))

    assert said(browser, key).startswith("not now, last seen ")


@pytest.mark.parametrize(("ended", "sign"), [(None, "✓"), (timezone.now(), "–")])
def test_list_says_who_is_connected_and_leads_to_where_something_is_done(browser, key, ended, sign):
    session(key, ended_at=ended)

    page = browser.get(reverse("admin:vpn_key_changelist")).content.decode()

    assert sign in page.partition("field-connected")[2].partition("</td>")[0]
    assert f'href="{reverse("admin:vpn_key_bundle", args=[key.pk])}"' in page


@pytest.mark.parametrize(("is_active", "count"), [(True, 1), (False, 0)])
def test_person_who_has_not_left_is_one_click_from_a_key(browser, anna, is_active, count):
    anna.is_active = is_active
    anna.save()

    page = browser.get(reverse("admin:accounts_user_change", args=[anna.pk])).content.decode()

    assert page.count(f"{reverse('admin:vpn_key_issue')}?person={anna.pk}") == count


def test_server_when_it_is_added_then_the_one_authority_is_chosen_and_its_name_filled_in(browser, server):
    form = browser.get(reverse("admin:vpn_server_add")).context["adminform"].form

    assert form["authority"].value() == server.authority.pk
    assert form["server_name"].value() == "server"


def test_taking_begins_with_the_one_file_that_every_device_takes_and_calls_it_by_its_name(
    browser, ada, anna, key, phones
):
    guarded = issue_key(person=anna, login="anna", device="phone", servers=[phones], by=ada)

    pages = [browser.get(reverse("admin:vpn_key_bundle", args=[each.pk])) for each in (key, guarded)]

    assert [page.context["formats"][0] for page in pages] == [
        ("profile", "One file (.ovpn)"),
        ("profile", "One file (.conf)"),
    ]
