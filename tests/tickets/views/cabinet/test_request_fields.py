"""A new request with helpful fields: by htmx, by a button, by an address; and what its customer reads afterwards."""

import pytest
from django.utils.translation import override

from tests.categories import hosting
from tests.factories import CategoryFactory, CustomFieldFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.models import CustomField, Ticket

NEW = "/cabinet/requests/new/"
SAID = {"subject": "Down", "body": "It is down."}


def names(html):
    """The names of everything that is asked about the category."""
    return [each.get("name") for each in tree(html).xpath("//div[@id='described']//*[@name][not(@type='hidden')]")]


def asked(client, **said):
    return client.post(NEW, {"show": "fields"} | said)


def test_form_without_any_category_asks_for_none(claras):
    CategoryFactory(is_for_customers=False)
    CategoryFactory(is_active=False)

    assert names(claras.get(NEW).content.decode()) == []


def test_category_comes_first_and_shows_its_fields_on_a_button(claras):
    hosting(help={"en": "Say which site."})

    first = claras.get(NEW).content.decode()
    second = asked(claras, category="hosting", body="Typed already", **{"field.system": "bitrix"})

    assert names(first) == ["category", "show"]
    assert names(second.content.decode()) == [
        "category",
        "show",
        "field.domain",
        "field.system",
        "field.edition",
        "field.pages",
        "field.features",
        "field.features",
    ]
    html = second.content.decode()
    assert second.status_code == 200
    assert "Typed already" in html
    assert "Say which site." in html
    assert "As in the address bar." in html
    assert "field-errors" not in html
    assert Ticket.objects.count() == 0


def test_fragment_that_htmx_asks_for_is_the_page(claras):
    hosting()
    said = {"show": "fields", "category": "hosting", "field.system": "bitrix", "field.edition": "business"}

    page = claras.get(NEW).content.decode()
    fragment = claras.post(NEW, said, headers=HTMX)

    whole = claras.post(NEW, said).content.decode()
    assert "<html" not in fragment.content.decode()
    assert shown(applied(page, fragment, target="described")) == shown(whole)
    assert "field.licence" in names(whole)


def test_address_may_name_category_and_values(claras):
    hosting()

    page = tree(claras.get(f"{NEW}?category=hosting&field.domain=shop.example").content.decode())

    assert page.xpath("//input[@name='field.domain']/@value") == ["shop.example"]


def test_request_is_filed_with_typed_values(claras, clara):
    hosting()
    said = {"category": "hosting", "field.domain": "shop.example", "field.pages": "12", "field.system": "bitrix"}

    response = claras.post(NEW, SAID | said | {"field.features": ["mail", "ssl"], "field.edition": "start"})

    ticket = Ticket.objects.get()
    assert response.status_code == 303
    assert ticket.category.key == "hosting"
    assert ticket.fields == {
        "domain": "shop.example",
        "pages": 12,
        "system": "bitrix",
        "features": ["mail", "ssl"],
        "edition": "start",
    }


def test_what_is_wrong_is_said_by_field_and_what_was_typed_stays(claras):
    hosting()

    response = claras.post(NEW, SAID | {"category": "hosting", "field.pages": "a dozen"})

    page = tree(response.content.decode())
    assert response.status_code == 422
    assert page.xpath("//input[@name='field.pages']/@value") == ["a dozen"]
    assert page.xpath("//ul[@id='id_field.pages_errors']/li/text()") == ["Write a whole number, for example 12."]
    assert page.xpath("//ul[@id='id_field.domain_errors']/li/text()") == [
        "Fill this in: it is needed for this kind of request."
    ]
    assert "It is down." in response.content.decode()
    assert Ticket.objects.count() == 0


def test_value_that_is_submitted_while_hidden_is_not_stored(claras):
    hosting()
    hidden = {"field.system": "wordpress", "field.edition": "business", "field.licence": "K-1", "field.cause": "Me"}

    claras.post(NEW, SAID | {"category": "hosting", "field.domain": "a.example"} | hidden)

    assert Ticket.objects.get().fields == {"domain": "a.example", "system": "wordpress"}


def test_category_that_is_not_for_customers_is_refused_by_field(claras):
    hosting(is_for_customers=False)
    CategoryFactory()

    response = claras.post(NEW, SAID | {"category": "hosting"})

    assert response.status_code == 422
    assert "There is no such category." in response.content.decode()


def test_form_takes_the_same_few_statements_with_any_number_of_fields(claras):
    category = hosting()
    claras.get(NEW)
    few, statements = count_of(lambda: asked(claras, category="hosting"))
    CustomFieldFactory.create_batch(3, categories=[category])
    claras.get(NEW)

    more, others = count_of(lambda: asked(claras, category="hosting"))

    assert (few, more) == (3, 3), statements + others


def test_customer_reads_what_is_theirs_and_nothing_of_staff(claras, clara):
    category = hosting()
    values = {"domain": "a.example", "cause": "Disk full", "edition": "start"}
    ticket = TicketFactory(requester=clara, category=category, fields=values)
    claras.get(f"/cabinet/requests/{ticket.number}/")

    count, statements = count_of(lambda: claras.get(f"/cabinet/requests/{ticket.number}/"))
    html = claras.get(f"/cabinet/requests/{ticket.number}/").content.decode()

    assert tree(html).xpath("//dl//text()[normalize-space()]") == ["Domain", "a.example"]
    assert "Hosting" in html
    assert "Disk full" not in html
    plain = TicketFactory(requester=clara)
    assert count == count_of(lambda: claras.get(f"/cabinet/requests/{plain.number}/"))[0], statements


def test_category_for_staff_is_not_named_to_the_customer(claras, clara):
    ticket = TicketFactory(requester=clara, category=hosting(is_for_customers=False), fields={})

    assert "Hosting" not in claras.get(f"/cabinet/requests/{ticket.number}/").content.decode()


def test_changed_definition_shows_at_once(claras):
    hosting()
    asked(claras, category="hosting")

    field = CustomField.objects.get(key="pages")
    field.is_active = False
    field.save()

    assert "field.pages" not in names(asked(claras, category="hosting").content.decode())


@pytest.mark.parametrize(("language", "word"), [("en", "Domain"), ("ru", "Домен")])
def test_labels_are_in_the_language_of_the_reader(clara, claras, language, word):
    hosting()
    clara.language = language
    clara.save()

    with override(None):
        assert word in asked(claras, category="hosting").content.decode()
