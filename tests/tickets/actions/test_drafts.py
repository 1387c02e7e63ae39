"""What is being written is kept until it is said."""

from uuid import uuid4

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from tickets.actions.conversation import reply
from tickets.actions.drafts import Kept, discard, keep
from tickets.actions.pages import Page
from tickets.models import KeptDraft, Message

ONE, OTHER = uuid4(), uuid4()


def kept(ticket, by, text, *, key=ONE, version=0, kind="reply", **fields):
    return keep(ticket=ticket, by=by, kind=kind, text=text, fields=fields, key=key, version=version)


def test_draft_is_one_for_a_person_ticket_and_kind(anna, accountant, ticket):
    assert [kept(ticket, anna, text).version for text in ("B", "Ba", "Basket")] == [1, 2, 3]
    kept(ticket, anna, "For us", kind="note", key=OTHER)
    kept(ticket, accountant, "Mine", kind="note", key=uuid4())

    found = KeptDraft.objects.order_by("pk").values_list("author", "kind", "text")
    assert list(found) == [
        (anna.pk, "reply", "Basket"),
        (anna.pk, "note", "For us"),
        (accountant.pk, "note", "Mine"),
    ]


def test_another_machine_that_loaded_the_latest_goes_on_with_it(anna, ticket):
    version = kept(ticket, anna, "Begun at home").version

    assert kept(ticket, anna, "Begun at home, done here", key=OTHER, version=version) == Kept(2)

    draft = KeptDraft.objects.get()
    assert (draft.text, draft.asides) == ("Begun at home, done here", {})


def test_page_that_did_not_know_of_the_latest_overwrites_nothing(anna, ticket):
    kept(ticket, anna, "First window")

    assert kept(ticket, anna, "Second", key=OTHER) == Kept(1, is_aside=True)
    assert kept(ticket, anna, "Second window", key=OTHER) == Kept(1, is_aside=True)

    draft = KeptDraft.objects.get()
    assert (draft.text, draft.asides) == ("First window", {str(OTHER): "Second window"})


@pytest.mark.parametrize(("fields", "left"), [({}, 0), ({"cc": ""}, 0), ({"files": [{"id": "x"}]}, 1)])
def test_draft_of_nothing_is_none(anna, ticket, fields, left):
    kept(ticket, anna, "Something")

    kept(ticket, anna, "  ", **fields)

    assert KeptDraft.objects.count() == left


def test_draft_that_was_sent_is_gone_and_a_late_save_does_not_bring_it_back(anna, ticket):
    version = kept(ticket, anna, "It works").version

    reply(ticket=ticket, by=anna, text="It works", idempotency_key=str(ONE), page=Page(version=version))

    assert kept(ticket, anna, "It works") == Kept(0)
    assert not KeptDraft.objects.exists()


def test_sending_from_one_window_leaves_what_another_wrote(anna, ticket):
    kept(ticket, anna, "First window", key=OTHER)

    reply(ticket=ticket, by=anna, text="Second window", idempotency_key=str(ONE), page=Page(version=0))

    assert KeptDraft.objects.get().text == "First window"


def test_refused_answer_leaves_the_draft(anna, ticket):
    kept(ticket, anna, "Kept")
    everybody = [ticket.requester.email]

    with pytest.raises(Refused, match="Nobody would get this"):
        reply(ticket=ticket, by=anna, text="Kept", without=everybody, idempotency_key=str(ONE), page=Page(version=1))

    assert KeptDraft.objects.get().text == "Kept"


def test_whoever_may_not_answer_keeps_no_answer(accountant, ticket):
    with pytest.raises(NotAllowed):
        kept(ticket, accountant, "Hello")

    assert not KeptDraft.objects.exists()


def test_discarded_draft_is_gone_and_nobody_elses(anna, accountant, ticket):
    kept(ticket, anna, "Away", kind="note")
    kept(ticket, accountant, "Stays", kind="note", key=OTHER)

    discard(ticket=ticket, by=anna, kind="note")

    assert KeptDraft.objects.get().text == "Stays"
    assert not Message.objects.exists()
