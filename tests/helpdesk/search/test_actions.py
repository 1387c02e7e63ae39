"""Documents of a block are one statement, and what was looked for in vain is counted."""

from dataclasses import replace

import pytest
from django.utils import timezone

from helpdesk.core.deferring import writing_together
from helpdesk.search import actions
from helpdesk.search.actions import forget_identifiers, index, note_nothing_found
from helpdesk.search.models import Document, Identifier, NothingFound
from helpdesk.search.protocol import Entry
from tests.statements import count_of

pytestmark = pytest.mark.django_db


def entry(key, text="basket"):
    return Entry(7, key, key, timezone.now(), (), text, "", "", "")


def test_documents_of_a_block_are_written_in_one_statement_the_last_word_for_each():
    def several():
        with writing_together():
            for key in (1, 2, 1):
                index(entry(key))

    statements, ran = count_of(several)

    assert statements == 1, ran
    assert sorted(Document.objects.values_list("subject_id", flat=True)) == [1, 2]


def test_identifiers_are_forgotten_whatever_their_letters():
    index(replace(entry(1, "clara@shop.example for-clara@shop.example.pdf ord-17 clara"), sender="Clara Weiss Jonas"))

    forget_identifiers(addresses=["Clara@Shop.example", ""], names=["Clara Weiss"])

    assert set(Identifier.objects.values_list("word", flat=True)) == {"ord-17", "jonas"}


def test_search_without_result_is_counted_by_its_words_and_by_whom():
    note_nothing_found(words="Refund  policy", by_customer=True)
    note_nothing_found(words="refund policy", by_customer=False)
    note_nothing_found(words="  ", by_customer=False)

    assert list(NothingFound.objects.values_list("words", "times", "by_customers")) == [("refund policy", 2, 1)]


def test_rarest_searches_without_result_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(actions, "MOST_WORDS", 2)
    for words in ("often", "often", "rare", "new"):
        note_nothing_found(words=words, by_customer=False)

    assert set(NothingFound.objects.values_list("words", flat=True)) == {"often", "new"}
