"""Secrets come in sealed, and go for good."""

import pytest
from django.db import connection

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry as Line
from tests.vpn.hosting.makers import VALUE, an_entry, put
from vpn.hosting.actions.secrets import LONGEST_VALUE, MOST_SECRETS, put_in, wipe
from vpn.hosting.enums import SecretKind, Source
from vpn.hosting.models import Secret


def sealed(secret):
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM hosting_secret WHERE id = %s", [secret.pk])
        return cursor.fetchone()[0]


def put_by(entry, by, source, label="root", value="another"):
    return put_in(entry=entry, kind=SecretKind.TOKEN, label=label, value=value, by=by, source=source)


def test_secret_when_put_in_then_sealed_and_told_without_its_value(server, pavel):
    secret = put(server, pavel)

    assert VALUE not in sealed(secret)
    assert Secret.objects.get(pk=secret.pk).value == VALUE
    line = Line.objects.about(server).get(verb="vault_secret_put_in")
    assert line.facts == {"secret": "root", "source": "desk"}
    assert line.actor == pavel


def test_secret_of_the_same_label_takes_the_place_of_the_one_before(server, root, pavel, clara):
    again = put(server, pavel, value="new")
    of_clara = put_by(server, clara, Source.CABINET, value="newer")

    assert (again.pk, of_clara.pk) == (root.pk, root.pk)
    assert Secret.objects.get().value == "newer"
    assert Secret.objects.get().changed_by == clara
    assert Secret.objects.get().changed_at > root.changed_at


@pytest.mark.parametrize("source", [Source.LINK, Source.MESSAGE])
def test_secret_from_outside_never_overwrites_a_good_one(server, root, anna, source):
    by = None if source == Source.LINK else anna
    first = put_by(server, by, source)
    second = put_by(server, by, source)

    assert (first.label, second.label) == ("root 2", "root 3")
    assert Secret.objects.get(pk=root.pk).value == VALUE


@pytest.mark.parametrize(
    ("who", "source"),
    [
        ("anna", Source.DESK),
        ("oleg", Source.MESSAGE),
        ("clara", Source.DESK),
        ("anna", Source.CABINET),
        ("pavel", Source.CABINET),
    ],
)
def test_secret_from_somebody_who_may_not_is_refused(request, server, who, source):
    with pytest.raises(Refused):
        put_by(server, request.getfixturevalue(who), source)

    assert Secret.objects.count() == 0


def test_secret_without_a_person_comes_by_a_link_alone(server):
    with pytest.raises(NotAllowed):
        put_by(server, None, Source.DESK)


def test_secret_for_an_entry_of_another_company_is_refused(server, sergei):
    with pytest.raises(Refused):
        put_by(server, sergei, Source.CABINET)


@pytest.mark.parametrize(
    "said",
    [
        {"label": " "},
        {"label": "x" * 101},
        {"value": " \n"},
        {"value": "a\0b"},
        {"value": "x" * (LONGEST_VALUE + 1)},
        {"kind": "nonsense"},
    ],
    ids=lambda said: "-".join(said),
)
def test_secret_that_is_none_is_refused(server, pavel, said):
    with pytest.raises(Refused):
        put_in(**{"entry": server, "kind": "password", "label": "root", "value": "x", "by": pavel, **said})


def test_entry_holds_so_many_secrets_and_no_more(server, root, pavel):
    for number in range(1, MOST_SECRETS):
        put(server, pavel, label=f"key {number}")

    with pytest.raises(Refused):
        put(server, pavel, label="one more")
    put(server, pavel, value="the old one may change")


def test_key_keeps_its_lines(server, pavel):
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\r\nabc\r\n-----END OPENSSH PRIVATE KEY-----\r\n"
    secret = put(server, pavel, label="key", value=key)

    assert Secret.objects.get(pk=secret.pk).value == key.replace("\r\n", "\n")


def test_secret_when_wiped_then_nothing_of_it_is_left_but_that_it_was(server, root, pavel):
    wipe(secret=root, by=pavel)
    wipe(secret=root, by=pavel)

    assert sealed(root) == ""
    assert Secret.objects.kept().count() == 0
    assert Line.objects.about(server).filter(verb="vault_secret_wiped").count() == 1


def test_secret_is_wiped_by_keepers_alone(root, anna):
    with pytest.raises(NotAllowed):
        wipe(secret=root, by=anna)


def test_label_is_free_again_once_it_was_wiped(server, root, pavel):
    wipe(secret=root, by=pavel)
    again = put(server, pavel)

    assert again.pk != root.pk
    assert an_entry(server.organisation, pavel, name="Other").secrets.count() == 0
