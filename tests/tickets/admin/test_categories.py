"""Categories and their fields in the admin."""

import pytest
from django.urls import reverse

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.categories import hosting
from tests.factories import CategoryFactory, StaffFactory
from tests.htmx import tree
from tickets.models import Category, CustomField

CATEGORIES, FIELDS = "/admin/tickets/category/", "/admin/tickets/customfield/"


@pytest.fixture
def browser(db):
    return browser_of(StaffFactory(name="Ada", role=Role.ADMINISTRATOR))


def category_form(**said):
    return {
        "key": "hosting",
        "name_en": "Hosting",
        "name_ru": "Хостинг",
        "help_en": "",
        "help_ru": "",
        "position": "0",
        "is_active": "on",
        "is_for_customers": "on",
    } | said


def field_form(category, **said):
    return {
        "key": "system",
        "categories": [category.pk],
        "kind": "choice",
        "label_en": "System",
        "label_ru": "",
        "help_en": "",
        "help_ru": "",
        "choices": "wordpress | WordPress\nbitrix | Bitrix | Битрикс\n",
        "shown_values": "",
        "position": "0",
        "is_active": "on",
        "is_for_customers": "on",
    } | said


def errors(response):
    """What the form says is wrong, by field."""
    return {name: [str(each) for each in found] for name, found in response.context["adminform"].form.errors.items()}


def test_category_is_added_in_both_languages_with_a_line_of_the_journal(browser):
    response = browser.post(f"{CATEGORIES}add/", category_form())

    category = Category.objects.get()
    assert response.status_code == 302
    assert category.name == {"en": "Hosting", "ru": "Хостинг"}
    assert [entry.verb for entry in Entry.objects.about(category)] == ["category_added"]


@pytest.mark.parametrize(
    ("said", "name"), [({"key": "none"}, "key"), ({"name_en": ""}, "name"), ({"key": "a b"}, "key")]
)
def test_category_without_what_it_needs_is_refused(browser, said, name):
    response = browser.post(f"{CATEGORIES}add/", category_form(**said))

    assert list(errors(response)) == [name]
    assert not Category.objects.exists()


def test_word_stays_when_a_category_or_field_is_changed(browser):
    category = hosting()
    field = CustomField.objects.get(key="system")

    browser.post(f"{CATEGORIES}{category.pk}/change/", category_form(key="other", name_en="Web"))
    browser.post(f"{FIELDS}{field.pk}/change/", field_form(category, key="other", label_en="CMS"))

    category.refresh_from_db()
    field.refresh_from_db()
    assert (category.key, category.name["en"]) == ("hosting", "Web")
    assert (field.key, field.label, field.choices[1]["label"]) == (
        "system",
        {"en": "CMS"},
        {"en": "Bitrix", "ru": "Битрикс"},
    )


def test_field_is_added_with_its_choices(browser):
    category = CategoryFactory()

    browser.post(f"{FIELDS}add/", field_form(category))

    field = CustomField.objects.get()
    assert list(field.categories.all()) == [category]
    assert field.choices == [
        {"word": "wordpress", "label": {"en": "WordPress"}},
        {"word": "bitrix", "label": {"en": "Bitrix", "ru": "Битрикс"}},
    ]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"choices": ""}, "choices"),
        ({"choices": "Not A Word"}, "choices"),
        ({"choices": "a\na"}, "choices"),
        ({"label_en": ""}, "label"),
        ({"categories": []}, "categories"),
        ({"key": "Not-a-word"}, "__all__"),
        ({"is_for_customers": "", "is_required_for_customers": "on"}, "is_required_for_customers"),
    ],
)
def test_field_without_what_it_needs_is_refused(browser, said, name):
    response = browser.post(f"{FIELDS}add/", field_form(CategoryFactory(), **said))

    assert name in errors(response)
    assert not CustomField.objects.exists()


@pytest.mark.parametrize(
    ("key", "other", "values", "name"),
    [
        ("system", "edition", "business", "shown_when"),
        ("system", "system", "bitrix", "shown_when"),
        ("licence", "edition", "nonsense", "shown_values"),
        ("licence", "edition", "", "shown_values"),
        ("licence", "pages", "1", "shown_when"),
    ],
)
def test_condition_that_can_not_hold_is_refused(browser, key, other, values, name):
    category = hosting()
    field, other = CustomField.objects.get(key=key), CustomField.objects.get(key=other)
    said = field_form(category, shown_when=other.pk, shown_values=values)

    response = browser.post(f"{FIELDS}{field.pk}/change/", said)

    assert name in errors(response)


def test_condition_on_a_field_of_another_category_is_refused(browser):
    hosting()
    elsewhere = CategoryFactory(name={"en": "Mail"})
    other = CustomField.objects.get(key="system")

    response = browser.post(
        f"{FIELDS}add/", field_form(elsewhere, key="more", shown_when=other.pk, shown_values="bitrix")
    )

    assert errors(response)["shown_when"] == ["“System” is not asked in: Mail."]


def test_field_that_is_asked_on_which_others_hang_can_be_changed(browser):
    category = hosting()
    edition = CustomField.objects.get(key="edition")
    said = field_form(
        category,
        choices="start\nbusiness",
        shown_when=CustomField.objects.get(key="system").pk,
        shown_values="bitrix, wordpress",
    )

    response = browser.post(f"{FIELDS}{edition.pk}/change/", said)

    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.shown_values == ["bitrix", "wordpress"]


@pytest.mark.parametrize(("query", "has_cause"), [("", False), ("?as=staff", True)])
def test_preview_asks_as_customers_or_staff_are_asked(browser, query, has_cause):
    category = hosting()
    address = reverse("admin:tickets_category_preview", args=[category.pk])

    page = tree(browser.get(f"{address}{query}").content.decode())

    assert bool(page.xpath("//input[@name='field.cause']")) is has_cause
    assert not page.xpath("//select[@name='field.edition']")


def test_preview_shows_what_a_choice_shows(browser):
    address = reverse("admin:tickets_category_preview", args=[hosting().pk])

    page = tree(browser.get(f"{address}?field.system=bitrix").content.decode())

    assert page.xpath("//select[@name='field.edition']")
