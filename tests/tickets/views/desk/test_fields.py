"""Category and fields at the desk: in the side of a ticket, in its form, in a new ticket."""

import pytest
from django.db.models import ProtectedError

from helpdesk.accounts.models import Grant
from helpdesk.journal.models import Entry
from tests.categories import hosting
from tests.factories import CategoryFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.models import Category, CustomField, Ticket

VALUES = {"domain": "a.example", "pages": 12}


@pytest.fixture
def ticket(clara, line_1):
    return TicketFactory(requester=clara, team=line_1, category=hosting(), fields=VALUES)


def url_of(ticket, resource=""):
    return f"/desk/tickets/{ticket.number}/{resource}"


def panel(html):
    """Pairs of the panel: what, and its text."""
    facts = tree(html).xpath("//section[@id='fields']/dl/*")
    texts = [" ".join(each.text_content().split()) for each in facts]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_side_shows_category_and_values_with_links_to_their_lists(desk, ticket):
    html = desk.get(url_of(ticket)).content.decode()

    assert panel(html) == [
        ("Category", "Hosting"),
        ("Domain", "a.example"),
        ("Pages", "12"),
        ("Root cause", "Not filled in yet"),
    ]
    assert tree(html).xpath("//section[@id='fields']//dd/a/@href") == [
        "/desk/tickets/?status=any&category=hosting",
        "/desk/tickets/?status=any&field.domain=a.example",
        "/desk/tickets/?status=any&field.pages=12",
    ]


def test_side_without_any_category_defined_has_no_panel(desk):
    assert 'id="fields"' not in desk.get(url_of(TicketFactory())).content.decode()


def test_page_with_fields_takes_as_many_statements_as_without(desk, ticket):
    plain = TicketFactory(requester=ticket.requester, team=ticket.team)
    desk.get(url_of(ticket))

    with_fields, statements = count_of(lambda: desk.get(url_of(ticket)))

    assert with_fields == count_of(lambda: desk.get(url_of(plain)))[0], statements
    assert with_fields <= 14


def test_value_that_no_longer_fits_is_marked_and_one_of_a_switched_off_field_still_shown(desk, ticket):
    CustomField.objects.filter(key="domain").delete()
    pages = CustomField.objects.get(key="pages")
    pages.at_most, pages.is_active = 5, False
    pages.save()

    html = desk.get(url_of(ticket)).content.decode()

    assert ("Pages", "12 no longer fits") in panel(html)


def test_values_of_a_former_category_are_kept_in_a_fold(desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(category=CategoryFactory(key="mail"))

    page = tree(desk.get(url_of(ticket)).content.decode())

    fold = page.xpath("//section[@id='fields']//details")[0]
    assert fold.xpath(".//dt/text()") == ["Domain", "Pages"]


def test_form_is_the_panel_to_htmx_and_a_page_to_others(desk, ticket):
    page = desk.get(url_of(ticket)).content.decode()

    fragment = desk.get(url_of(ticket, "fields/"), headers=HTMX)
    whole = desk.get(url_of(ticket, "fields/")).content.decode()

    document = applied(page, fragment, target="fields")
    assert shown(document, inside="fields") == shown(whole, inside="fields")
    assert tree(whole).xpath("//input[@name='field.domain']/@value") == ["a.example"]


def test_change_by_htmx_equals_a_reload_and_is_a_line_of_the_conversation(desk, ticket):
    page = desk.get(url_of(ticket)).content.decode()
    seen = tree(page).xpath("//*[@id='seen']/@value")[0]
    said = {"category": "hosting", "field.domain": "b.example", "field.cause": "Disk full", "seen": seen}

    response = desk.post(url_of(ticket, "fields/"), said, headers=HTMX)

    reload = desk.get(url_of(ticket)).content.decode()
    assert shown(applied(page, response, target="side")) == shown(reload)
    assert "changed Root cause from – to Disk full; Domain from a.example to b.example" in reload


def test_change_without_javascript_leads_back_to_the_ticket(desk, ticket):
    response = desk.post(url_of(ticket, "fields/"), {"category": "", "field.domain": "ignored"})

    ticket.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, url_of(ticket))
    assert (ticket.category, ticket.fields) == (None, VALUES)
    assert [entry.facts["hidden"] for entry in Entry.objects.about(ticket)] == [["domain", "pages"]]
    text = desk.get(url_of(ticket)).content.decode()
    assert "took the ticket out of the category Hosting; kept, but no longer shown: Domain, Pages" in text


def test_wrong_value_is_told_in_the_panel_with_what_was_typed(desk, ticket):
    said = {"category": "hosting", "field.pages": "many", "field.domain": "b.example"}

    response = desk.post(url_of(ticket, "fields/"), said, headers=HTMX)

    page = tree(response.content.decode())
    assert (response.status_code, response["HX-Retarget"]) == (422, "#fields")
    assert page.xpath("//input[@name='field.pages']/@value") == ["many"]
    assert page.xpath("//input[@name='field.domain']/@value") == ["b.example"]
    ticket.refresh_from_db()
    assert ticket.fields == VALUES


def test_form_of_an_older_state_is_refused_once_with_what_was_typed(desk, ticket):
    mark = tree(desk.get(url_of(ticket, "fields/")).content.decode()).xpath("//input[@name='seen_mark']/@value")[0]
    Ticket.objects.filter(pk=ticket.pk).update(fields={"domain": "theirs.example"})
    said = {"category": "hosting", "field.domain": "mine.example", "seen_mark": mark}

    refused = desk.post(url_of(ticket, "fields/"), said)
    page = tree(refused.content.decode())
    again = desk.post(
        url_of(ticket, "fields/"), said | {"seen_mark": page.xpath("//input[@name='seen_mark']/@value")[0]}
    )

    assert refused.status_code == 422
    assert "Somebody has changed category or fields meanwhile." in refused.content.decode()
    assert page.xpath("//input[@name='field.domain']/@value") == ["mine.example"]
    assert again.status_code == 303
    ticket.refresh_from_db()
    assert ticket.fields == {"domain": "mine.example"}


def test_choice_that_is_no_longer_offered_stays_until_it_is_changed(desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(fields={"system": "joomla"})

    page = tree(desk.get(url_of(ticket, "fields/")).content.decode())
    desk.post(url_of(ticket, "fields/"), {"category": "hosting", "field.system": "joomla", "field.pages": "3"})

    assert page.xpath("//select[@name='field.system']/option[@selected]/text()") == ["joomla (no longer offered)"]
    ticket.refresh_from_db()
    assert ticket.fields == {"system": "joomla", "pages": 3}


def test_boxes_of_which_none_is_ticked_are_emptied_only_when_they_were_asked(desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(fields={"features": ["mail"]})

    desk.post(url_of(ticket, "fields/"), {"category": "hosting"})
    ticket.refresh_from_db()
    assert ticket.fields == {"features": ["mail"]}

    desk.post(url_of(ticket, "fields/"), {"category": "hosting", "group": "field.features"})
    ticket.refresh_from_db()
    assert ticket.fields == {}


def test_contractor_changes_fields_in_their_queue_and_knows_of_no_other(browse, oleg, ticket):
    browser = browse(oleg)
    assert browser.post(url_of(ticket, "fields/"), {"category": "hosting"}).status_code == 404

    Grant.objects.create(contractor=oleg, team=ticket.team)

    assert browser.post(url_of(ticket, "fields/"), {"category": "hosting", "field.pages": "3"}).status_code == 303


def test_who_does_not_work_tickets_sees_values_and_no_form(browse, accountant, ticket):
    browser = browse(accountant)

    html = browser.get(url_of(ticket)).content.decode()

    assert ("Domain", "a.example") in panel(html)
    assert url_of(ticket, "fields/") not in html
    assert browser.get(url_of(ticket, "fields/")).status_code == 403


def test_new_ticket_asks_for_the_fields_of_its_category(desk, clara):
    hosting()
    new = {"email": clara.email, "subject": "A", "body": "B", "priority": "2", "category": "hosting"}

    asked = desk.post("/desk/tickets/new/", new | {"show": "fields"})
    opened = desk.post("/desk/tickets/new/", new | {"field.cause": "Disk full", "field.pages": "5"})

    page = tree(asked.content.decode())
    assert page.xpath("//input[@name='email']/@value") == [clara.email]
    assert page.xpath("//input[@name='field.cause']")
    assert opened.status_code == 303
    assert Ticket.objects.get().fields == {"cause": "Disk full", "pages": 5}


def test_resolving_without_a_needed_field_is_refused_in_the_side(desk, ticket):
    response = desk.post(url_of(ticket, "status/"), {"status": "resolved"}, headers=HTMX)

    assert response.status_code == 422
    assert "Fill in first, then resolve: Root cause." in response.content.decode()


def test_category_in_use_is_never_deleted_by_the_database(ticket):
    with pytest.raises(ProtectedError):
        Category.objects.get(key="hosting").delete()
