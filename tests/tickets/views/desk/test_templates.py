"""Templates on their pages, and put into what is being written."""

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import StaffFactory, TemplateFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, tree
from tests.statements import count_of
from tickets.models import Message, Template

LIST = "/desk/templates/"
HOSTILE = '"><img src=x onerror=alert(1)>'
FORM = {"name": "Thanks", "shortcut": "thanks", "text_en": "Thank you.", "audience": "private", "is_for_notes": "on"}


@pytest.fixture
def ticket(db):
    return TicketFactory(requester=UserFactory(name="Clara"))


def page(response):
    return tree(response.content.decode())


def test_template_is_made_changed_and_deleted_with_bare_forms(desk, anna):
    made = desk.post(f"{LIST}new/", FORM)
    template = Template.objects.get()
    own = f"{LIST}{template.pk}/"
    form = page(desk.get(own))
    changed = desk.post(own, FORM | {"name": "Many thanks", "text_ru": "Спасибо.", "is_active": "on"})
    listed = page(desk.get(LIST))
    asked = desk.get(f"{own}deletion/")

    assert [answer["Location"] for answer in (made, changed)] == [LIST, LIST]
    assert form.get_element_by_id("id_text_en").text.strip() == "Thank you."
    [row] = listed.findall(".//tbody/tr")
    assert row.find(".//a").get("href") == own
    words = [" ".join(cell.text_content().split()) for cell in row]
    assert words == ["Many thanks", "/thanks", "Notes", "Only me", str(anna), "en, ru"]
    assert "Many thanks" in asked.content.decode()
    assert desk.post(f"{own}deletion/")["Location"] == LIST
    assert not Template.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"text_en": "{{ x }}"}, "There is no placeholder {{ x }}"), ({"name": ""}, "This field is required")],
)
def test_template_when_refused_then_the_form_says_why_and_keeps_what_was_written(desk, change, sentence):
    answer = desk.post(f"{LIST}new/", FORM | {"text_ru": "Спасибо."} | change)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert page(answer).get_element_by_id("id_text_ru").text.strip() == "Спасибо."


def test_template_of_another_person_is_listed_when_shared_and_leads_nowhere(desk):
    TemplateFactory(name="Private")
    shared = TemplateFactory(name="Shared", audience="everybody", owner=StaffFactory(role=Role.LINE_LEAD))

    listed = page(desk.get(LIST))

    assert [row.find("th").text_content().strip() for row in listed.findall(".//tbody/tr")] == ["Shared"]
    assert listed.findall(".//tbody//a") == []
    assert desk.get(f"{LIST}{shared.pk}/").status_code == 403


def test_options_when_asked_for_then_they_bring_the_text_of_this_ticket(desk, anna, ticket):
    TemplateFactory(owner=anna, name=HOSTILE, shortcut="hi", text={"en": f"Hello {{{{ customer.name }}}} {HOSTILE}"})
    TemplateFactory(owner=anna, name="Other")
    url = f"/desk/tickets/{ticket.number}/templates/"

    found = page(desk.get(url, {"q": "hi", "kind": "note"}, headers=HTMX))

    [option] = found.xpath("//*[@role='option']")
    assert option.get("data-text") == f"Hello Clara {HOSTILE}"
    assert option.text_content().startswith(HOSTILE)
    assert found.xpath("//*[@role='listbox']/@data-said") == ["1 template"]
    assert found.xpath("//img") == []
    assert desk.get(url, {"kind": "nonsense"}).status_code == 404


def test_composer_without_javascript_asks_which_one_and_comes_back_with_the_text(desk, anna, ticket):
    template = TemplateFactory(owner=anna)
    url = f"/desk/tickets/{ticket.number}/templates/"
    written = {"kind": "reply", "body": "We mended it.", "cc": "b@shop.example", "then": "open"}

    asked = page(desk.post(url, written))
    carried = {field.get("name"): field.get("value") for field in asked.xpath("//form//input[@type='hidden']")}
    back = desk.post(url, carried | {"template": template.pk})

    composer = page(back).get_element_by_id("composer")
    assert back.status_code == 200
    assert composer.get_element_by_id("composer_text").value.strip() == "We mended it.\n\nHello Clara,"
    assert composer.xpath(".//input[@name='cc']/@value") == ["b@shop.example"]
    assert composer.xpath(".//select[@name='then']/option[@selected]/@value") == ["open"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("chosen", ["0", "x", "9" * 30, "²"])
def test_composer_when_there_is_no_such_template_then_404(desk, ticket, chosen):
    foreign = TemplateFactory()
    url = f"/desk/tickets/{ticket.number}/templates/"

    assert desk.post(url, {"kind": "note", "template": chosen}).status_code == 404
    assert desk.post(url, {"kind": "note", "template": foreign.pk}).status_code == 404


def test_ticket_page_offers_templates_for_answers_and_notes_and_reads_none(desk, anna, ticket):
    url = f"/desk/tickets/{ticket.number}/"
    desk.get(url)
    before = count_of(lambda: desk.get(url))
    TemplateFactory(owner=anna)

    offered = {
        kind: page(desk.get(url, {"compose": kind})).get_element_by_id("composer_text").get("data-templates")
        for kind in ("reply", "note", "forward")
    }

    assert offered == {"reply": f"{url}templates/", "note": f"{url}templates/", "forward": None}
    assert count_of(lambda: desk.get(url)) == before


def test_contractor_keeps_their_own_and_sees_no_others(db):
    oleg = StaffFactory(role=Role.CONTRACTOR)
    TemplateFactory(audience="everybody")
    browser = browser_of(oleg)

    browser.post(f"{LIST}new/", FORM)

    assert len(page(browser.get(LIST)).findall(".//tbody/tr")) == 1
