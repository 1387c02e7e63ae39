"""The journal's filters stand in the SQL itself: nothing but known words, keys and addresses may."""

import pytest

from tests.factories import StaffFactory, UserFactory
from tickets.queries.journal import JournalCriteria, Literal, journal_lines, names_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["", "a'b", "a b", "x; DROP TABLE", "A", "%s", "a\\"])
def test_text_of_any_other_kind_is_never_part_of_a_statement(text):
    with pytest.raises(ValueError, match="Only words"):
        Literal(text)


def test_filters_are_no_parameters():
    criteria = JournalCriteria(verb="status_changed", door="desk", address="2001:db8::1", kind="ticket")

    sql, parameters = journal_lines(StaffFactory(role="administrator"), criteria).query.sql_with_params()

    assert parameters == ()
    assert "'status_changed'" in sql


def test_nobody_but_auditors_finds_a_line():
    assert not journal_lines(StaffFactory(), JournalCriteria()).exists()


def test_names_are_of_what_the_reader_may_see():
    clara, oleg = UserFactory(name="Clara"), StaffFactory(role="contractor", name="Oleg")

    assert names_of([("person", clara.pk), ("person", oleg.pk)], oleg).keys() == {("person", oleg.pk)}
    assert names_of([], oleg) == {}
