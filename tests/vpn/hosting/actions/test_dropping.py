"""Links by which a customer hands a secret over."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Notice
from tests.vpn.hosting.makers import VALUE
from vpn.hosting.actions import news
from vpn.hosting.actions.dropping import drop, find, hash_of, make_link, take_back
from vpn.hosting.models import DropLink, Entry, Secret


@pytest.fixture
def link(server, anna):
    made, address = make_link(organisation=server.organisation, asked="root", by=anna, entry=server)
    return made, address.rstrip("/").rsplit("/", 1)[1]


def test_link_when_made_then_only_its_hash_is_kept(link):
    made, token = link

    assert made.token_hash == hash_of(token)
    assert token not in str(DropLink.objects.values().get())
    assert token not in str(list(Line.objects.values_list("facts", flat=True)))


def test_link_when_used_then_the_secret_is_in_and_the_link_is_over(link, server, anna):
    made, token = link

    assert drop(token=token, kind="password", value=VALUE).pk == made.pk
    assert drop(token=token, kind="password", value="again") is None

    secret = Secret.objects.get()
    assert (secret.entry, secret.label, secret.value, secret.source) == (server, "root", VALUE, "link")
    news.spread()
    assert [(each.person, each.occasion) for each in Notice.objects.all()] == [(anna, "vault_dropped")]


def test_link_without_an_entry_makes_one(shop, anna):
    _made, address = make_link(organisation=shop, asked="Panel of the shop", by=anna)
    drop(token=address.rstrip("/").rsplit("/", 1)[1], kind="token", value=VALUE)

    entry = Entry.objects.get()
    assert (entry.name, entry.organisation, entry.secrets.get().value) == ("Panel of the shop", shop, VALUE)
    assert DropLink.objects.get().entry == entry


def test_link_that_ran_out_takes_nothing(link):
    made, token = link
    DropLink.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert (find(token), drop(token=token, kind="password", value="x")) == (None, None)
    assert Secret.objects.count() == 0


def test_link_that_was_taken_back_takes_nothing_also_without_an_entry(shop, anna, lena):
    made, address = make_link(organisation=shop, asked="Panel", by=anna)
    take_back(link=made, by=lena)
    take_back(link=made, by=lena)

    assert drop(token=address.rstrip("/").rsplit("/", 1)[1], kind="password", value="x") is None
    assert Line.objects.about(shop).filter(verb="vault_link_taken_back").count() == 1
    assert Entry.objects.count() == 0


def test_link_that_was_used_is_not_taken_back(link, anna):
    made, token = link
    drop(token=token, kind="password", value="x")

    with pytest.raises(Refused):
        take_back(link=made, by=anna)


def test_link_stays_good_when_what_came_is_no_secret(link):
    _made, token = link
    with pytest.raises(Refused):
        drop(token=token, kind="password", value=" ")

    assert find(token) is not None


@pytest.mark.parametrize("who", ["oleg", "clara"])
def test_link_is_made_by_those_who_see_the_vault(request, shop, who):
    with pytest.raises(NotAllowed):
        make_link(organisation=shop, asked="Panel", by=request.getfixturevalue(who))


@pytest.mark.parametrize("token", ["", "x", "../..", "x" * 5000])
def test_guessed_token_finds_nothing(link, token):
    assert find(token) is None


@pytest.mark.django_db(transaction=True)
def test_link_opened_twice_at_once_works_once(link):
    _made, token = link
    begin, done = Barrier(2), []

    def hurry(value):
        begin.wait()
        done.append(drop(token=token, kind="password", value=value))
        connection.close()

    runs = [Thread(target=hurry, args=[value]) for value in ("one", "other")]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert done.count(None) == 1
    assert Secret.objects.count() == 1
