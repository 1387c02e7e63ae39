"""Canned texts that people keep, change and give to others, and what stands in their placeholders."""

from dataclasses import replace

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import (
    OrganisationFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions.templates import MOST_TEMPLATES, Wording, add_template, change_template, delete_template
from tickets.models import Template
from tickets.placeholders import PLACEHOLDERS, filled, text_for
from tickets.queries.templates import templates_for

THANKS = Wording(name="Thanks", shortcut="thanks", text={"en": "Thank you, {{ customer.name }}."})


@pytest.fixture
def lena(db):
    return StaffFactory(name="Lena", role=Role.LINE_LEAD)


def verbs(template):
    return [(entry.verb, entry.actor_id) for entry in Entry.objects.about(template)]


def test_template_when_added_then_it_is_kept_as_it_was_meant_with_one_line(anna):
    given = replace(THANKS, name=" Thanks\u202e ", shortcut="/Thanks", text={"en": " Thank you. \r\n", "ru": " "})

    first, second = add_template(by=anna, wording=given), add_template(by=anna, wording=given)

    assert first == second
    assert (first.name, first.shortcut, first.text, first.owner) == ("Thanks", "thanks", {"en": "Thank you."}, anna)
    assert verbs(first) == [("template_added", anna.pk)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "\u202e"}, "Give the template a name"),
        ({"name": "LATE"}, "There is a template called “LATE” already"),
        ({"text": {"en": " \n"}}, "Write the text in at least one language"),
        ({"text": {"en": "x" * 20_001}}, "at most 20000 letters"),
        ({"text": {"ru": "{{ customer.password }}"}}, "no placeholder {{ customer.password }}. These are known: "),
        ({"shortcut": "two words"}, "no spaces"),
        ({"is_for_replies": False, "is_for_notes": False}, "Choose for what"),
        ({"audience": "team"}, "Choose for whom"),
        ({"audience": "world"}, "Choose for whom"),
    ],
)
def test_template_when_it_can_not_be_kept_then_the_sentence_says_why(anna, change, sentence):
    TemplateFactory(owner=anna, name="Late")
    kept = TemplateFactory(owner=anna, name="Kept")

    with pytest.raises(Refused, match=sentence):
        add_template(by=anna, wording=replace(THANKS, **change))
    with pytest.raises(Refused, match=sentence):
        change_template(template=kept, by=anna, wording=replace(THANKS, **change))

    assert sorted(Template.objects.values_list("name", flat=True)) == ["Kept", "Late"]
    assert verbs(kept) == []


def test_template_when_it_is_one_too_many_then_refused(anna):
    Template.objects.bulk_create(
        [Template(owner=anna, name=f"T {turn}", text={"en": "x"}) for turn in range(MOST_TEMPLATES)]
    )

    with pytest.raises(Refused, match="200 templates already"):
        add_template(by=anna, wording=THANKS)


def test_template_when_shared_then_it_takes_the_right_to(anna, lena):
    own, other = TeamFactory(), TeamFactory()
    own.members.add(lena)

    with pytest.raises(NotAllowed):
        add_template(by=anna, wording=replace(THANKS, audience="everybody"))
    with pytest.raises(Refused, match="teams that you belong to"):
        add_template(by=lena, wording=replace(THANKS, audience="team", team=other))
    shared = add_template(by=lena, wording=replace(THANKS, audience="team", team=own))

    assert shared.team == own


def test_template_when_changed_then_by_its_owner_or_if_shared_by_a_lead(anna, lena):
    kept = TemplateFactory(owner=anna, name="Thanks")

    with pytest.raises(NotAllowed):
        change_template(template=kept, by=lena, wording=THANKS)
    with pytest.raises(NotAllowed):
        delete_template(template=kept, by=lena)
    change_template(template=kept, by=anna, wording=THANKS)
    change_template(template=kept, by=anna, wording=THANKS)
    Template.objects.update(audience="everybody")
    change_template(template=kept, by=lena, wording=replace(THANKS, audience="everybody", is_active=False))

    assert verbs(kept) == [("template_changed", anna.pk), ("template_changed", lena.pk)]
    kept.refresh_from_db()
    assert (kept.text, kept.is_active) == (THANKS.text, False)


def test_template_when_deleted_twice_then_gone_once_and_can_not_be_changed(anna):
    kept = TemplateFactory(owner=anna, name="Thanks")

    delete_template(template=kept, by=anna)
    delete_template(template=kept, by=anna)

    [entry] = Entry.objects.filter(verb="template_deleted")
    assert entry.facts["before"]["text"] == {"en": "Hello {{ customer.name }},"}
    with pytest.raises(Refused, match="Somebody deleted this template"):
        change_template(template=kept, by=anna, wording=THANKS)


def test_template_when_filled_then_every_placeholder_has_its_value_and_no_value_is_read_again(db):
    clara = UserFactory(name="Clara {{ agent.name }}", organisation=OrganisationFactory(name="Shop"))
    ticket = TicketFactory(requester=clara, subject="Basket")
    text = " ".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS) + " {{agent.name}} {{ nobody }} {% now %}"

    found = filled(text, ticket=ticket, by=StaffFactory(name="Anna"))

    assert found == f"Clara {{{{ agent.name }}}} Shop {ticket.number} Basket Anna Anna {{{{ nobody }}}} {{% now %}}"


@pytest.mark.parametrize(
    ("language", "texts", "said"),
    [("ru", {"en": "Hello", "ru": "Привет"}, "Привет"), ("ru", {"en": "Hello"}, "Hello"), ("", {"ru": "Да"}, "Да")],
)
def test_template_when_filled_then_in_the_language_of_the_one_who_asked(db, language, texts, said):
    ticket = TicketFactory(requester=UserFactory(language=language))

    assert text_for(texts, ticket=ticket) == said


def test_templates_offered_are_those_that_fit_the_best_first(anna, lena):
    oleg = StaffFactory(role=Role.CONTRACTOR)
    TemplateFactory(owner=anna, name="A thank-you", shortcut="ty")
    TemplateFactory(owner=lena, name="Thanks", shortcut="thank", audience="everybody", is_for_replies=False)
    TemplateFactory(owner=lena, name="Hello", shortcut="thankful", audience="everybody")
    TemplateFactory(owner=lena, name="Thank nobody")
    TemplateFactory(owner=anna, name="Thank never", is_active=False)

    def offered(user, kind, words):
        return [each.name for each in templates_for(user, kind=kind, words=words)]

    assert offered(anna, "note", "thank") == ["Thanks", "Hello", "A thank-you"]
    assert offered(anna, "reply", "THANK") == ["Hello", "A thank-you"]
    assert offered(anna, "reply", "you a") == ["A thank-you"]
    assert offered(anna, "forward", "") == []
    assert offered(oleg, "note", "") == []
