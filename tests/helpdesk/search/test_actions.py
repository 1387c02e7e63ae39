"""What is indexed is found, in both languages, under the thing it is shown under."""

import pytest

from helpdesk.accounts.models import Organisation, User
from helpdesk.core.deferring import writing_together
from helpdesk.search.actions import MAX_CHARACTERS, index, move
from helpdesk.search.models import Document
from helpdesk.search.queries import shown_under
from tests.factories import OrganisationFactory, UserFactory
from tests.statements import count_of

pytestmark = pytest.mark.django_db


def indexed(under=7, *, title="", names="", text=""):
    subject = UserFactory()
    index(subject=subject, shown_under=under, title=title, names=names, text=text)
    return subject


def found(words, kind=User, among=None):
    return sorted(shown_under(kind=kind, words=words, among=among))


@pytest.mark.parametrize(
    "words",
    [
        *("baskets", "BASKET", "empty basket", "basket empty", '"empty basket"', "корзины", "КОРЗИНА", "оплата"),
        *("clara", "weiss", "clara@shop.example", "basket or nothing", "basket -invoice", "- basket", "20481"),
        *("-" * 100 + " basket", "basket " + "-" * 100, "report.pdf"),
    ],
)
def test_thing_is_found_by_its_words_in_any_form(words):
    indexed(
        title="20481 Empty basket", names="Clara Weiss clara@shop.example report.pdf", text="Корзина пуста, оплаты нет"
    )

    assert found(words) == [7]


@pytest.mark.parametrize(
    "words",
    ["invoice", "basket invoice", "basket -empty", '"basket empty"', "", "   ", "-", '"', "or", "x" * 500],
)
def test_thing_is_not_found_by_words_it_has_not_or_by_none(words):
    indexed(title="Empty basket")

    assert found(words) == []


def test_thing_when_indexed_again_then_has_its_new_words_only_and_one_document():
    subject = indexed(title="Basket")

    index(subject=subject, shown_under=8, title="Invoice", names="", text="")

    assert (found("basket"), found("invoice"), Document.objects.count()) == ([], [8], 1)


def test_thing_of_another_kind_with_the_same_key_is_another_thing():
    person = indexed(under=1, title="Basket")
    organisation = OrganisationFactory(pk=person.pk)

    index(subject=organisation, shown_under=2, title="Basket", names="", text="")

    assert (found("basket"), found("basket", kind=Organisation)) == ([1], [2])


def test_moved_thing_is_shown_elsewhere_and_others_stay():
    moved, _other = indexed(under=7, title="Basket"), indexed(under=7, title="Basket")
    organisation = OrganisationFactory(pk=moved.pk)
    index(subject=organisation, shown_under=7, title="Basket", names="", text="")

    move(subject=moved, shown_under=9)

    assert (found("basket"), found("basket", kind=Organisation)) == ([7, 9], [7])


def test_search_among_some_things_finds_nothing_of_the_others():
    seen, _hidden = indexed(under=1, title="Basket"), indexed(under=2, title="Basket")

    assert found("basket", among=User.objects.filter(pk=seen.pk)) == [1]
    assert found("basket", among=User.objects.none()) == []


@pytest.mark.parametrize("part", ["title", "names", "text"])
def test_text_that_no_index_can_hold_is_searchable_as_far_as_it_goes(part):
    filler = "слово " * (MAX_CHARACTERS // 6 + 100)

    indexed(**{part: f"basket\0empty {filler} invoice"})

    assert (found("basket empty"), found("invoice")) == ([7], [])


def test_words_beyond_the_five_hundredth_character_are_not_asked_for():
    indexed(title="Basket")

    assert found("basket" + " " * 500 + "invoice") == [7]


def test_title_weighs_more_than_names_and_names_more_than_text():
    from django.contrib.postgres.search import SearchQuery, SearchRank
    from django.db.models import F

    for under, part in enumerate(("text", "title", "names")):
        indexed(under, **{part: "basket"})

    ranked = Document.objects.annotate(rank=SearchRank(F("vector"), SearchQuery("basket", config="russian")))
    assert list(ranked.order_by("-rank").values_list("shown_under", flat=True)) == [1, 2, 0]


def test_documents_of_a_block_are_written_in_one_statement():
    indexed()  # the content type is known from here on

    def several():
        with writing_together():
            for person in people:
                index(subject=person, shown_under=person.pk, title="Basket", names="", text="")

    people = UserFactory.create_batch(3)
    statements, ran = count_of(several)

    assert statements == 1, ran
    assert found("basket") == sorted(person.pk for person in people)
