"""The catalogues are complete, and what people read in the templates can be translated."""

import re
from gettext import GNUTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, ngettext

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core import catalogues
from tests.factories import StaffFactory, UserFactory

LANGUAGES = [language for language, _name in settings.LANGUAGES if language != "en"]
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"})
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "data-confirm", "data-too-large"}
ARGUMENT = re.compile(r"""\b(?:label|title|text|placeholder|summary|hint|legend)=(["'])(.*?)\1""")
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&#?\w+;")
# Names and keys are the same in every language.
NAMES = {"Ctrl", "Enter", "Esc", "Helpdesk", "SHA", "UID"}
# Pages for people who build the program, with believable contents that are nobody's words.
GALLERY = {path for path in TEMPLATES if path.name.startswith(("_gallery", "ui_gallery"))}


def relative(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR).as_posix()


class ReadableText(HTMLParser):
    """Collects the text and the read-out attributes of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.found = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"script", "style"}
        self.found += [value or "" for name, value in attrs if name in READ_ALOUD]

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def bare_words(source: str) -> list[str]:
    """Words of a template that stand outside its translated parts."""
    page, arguments, inside = [], [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
        elif name in {"blocktranslate", "comment", "verbatim"}:
            inside = name
        elif token.token_type == TokenType.TEXT:
            page.append(token.contents)
        elif name not in {"translate", ""}:
            arguments += [value for _quote, value in ARGUMENT.findall(token.contents)]
            arguments += re.findall(r'^firstof .*"(.+)"', token.contents)
    reader = ReadableText()
    reader.feed("".join(page))
    reader.close()
    texts = [ENTITY.sub(" ", text) for text in [*reader.found, *arguments]]
    return [text.strip() for text in texts if set(WORD.findall(text)) - NAMES]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% translate 'Hello' %} · &nbsp;1</p>", []),
        ("{% blocktranslate %}Hello{% endblocktranslate %}", []),
        ('<img alt="A cat"><a href="/cats/">{{ name }}</a>', ["A cat"]),
        ('{% button label="Save" kind="primary" %}', ["Save"]),
        ("{% comment %}Hello{% endcomment %}{# Hello #}<kbd>Ctrl</kbd>", []),
    ],
)
def test_bare_words_of_a_template_are_those_outside_translated_parts(source, expected):
    assert bare_words(source) == expected


@pytest.mark.parametrize("template", [path for path in TEMPLATES if path not in GALLERY], ids=relative)
def test_template_says_nothing_that_cannot_be_translated(template):
    assert bare_words(template.read_text()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_says_all_that_the_program_says_and_no_more(language):
    assert catalogues.what_is_out_of_date(language) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('msgid "a"\nmsgstr ""', "'a': is not translated"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "б"', "'a': is fuzzy"),
        ('msgid "%(name)s"\nmsgstr "%(имя)s"', "'%(name)s': has other placeholders in '%(имя)s'"),
        ('msgid "<b>a</b>"\nmsgstr "б"', "'<b>a</b>': has other placeholders in 'б'"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "б"\nmsgstr[1] "в"\nmsgstr[2] ""', "'a': is not translated"),
    ],
)
def test_faults_of_a_catalogue_are_named(line, fault):
    catalogue = read_po(BytesIO(line.encode()), locale="ru")

    assert catalogues.faults(catalogue) == [fault]


def test_word_with_a_context_is_compiled_and_found_up_to_date(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "path_of", lambda _language: tmp_path / "django.po")
    line = 'msgctxt "steps"\nmsgid "Back"\nmsgstr "Назад"'

    catalogues.write("ru", read_po(BytesIO(line.encode()), locale="ru", domain="django"))

    words = GNUTranslations(BytesIO((tmp_path / "django.mo").read_bytes()))
    assert words.pgettext("steps", "Back") == "Назад"
    assert "django.mo is not compiled from django.po" not in catalogues.what_is_out_of_date("ru")


def test_texts_of_a_module_are_found_wherever_they_stand(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        '_("one")\nf"{_(\'two\')}!"\nngettext("ox", "oxen", n)\npgettext("verb", "close")\ngettext(name)\n'
        'npgettext("beast", "ox", "oxen", n)\nother("three")\n'
    )

    texts = catalogues.texts_of(module)

    assert set(texts) == {
        ("one", None),
        ("two", None),
        (("ox", "oxen"), None),
        ("close", "verb"),
        (("ox", "oxen"), "beast"),
    }


def test_texts_of_a_template_are_found_wherever_they_stand(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}\n<p>\n    <b>{% translate "one" %}</b>\n  {{ _("two") }}\n'
        '{% translate "close" context "verb" as label %}{% if x == _("three") %}{% endif %}\n'
        "{% blocktranslate count n=n %}{{ n }} ox{% plural %}{{ n }} oxen{% endblocktranslate %}\n</p>"
    )

    texts = catalogues.texts_of(template)

    assert set(texts) == {
        ("one", None),
        ("two", None),
        ("three", None),
        ("close", "verb"),
        (("%(n)s ox", "%(n)s oxen"), None),
    }


def test_source_that_cannot_be_read_is_named(tmp_path):
    module = tmp_path / "broken.py"
    module.write_text("def (")

    with pytest.raises(catalogues.UnreadableSource, match=r"broken\.py"):
        catalogues.texts_of(module)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 минуту назад"),
        (2, "2 минуты назад"),
        (5, "5 минут назад"),
        (11, "11 минут назад"),
        (21, "21 минуту назад"),
    ],
)
def test_plural_is_chosen_by_the_rules_of_russian(count, expected):
    with translation.override("ru"):
        text = ngettext("%(count)d minute ago", "%(count)d minutes ago", count) % {"count": count}

    assert text == expected


def test_admin_speaks_russian_in_words_of_its_own_and_ours():
    with translation.override("ru"):
        assert gettext("Select all rows") == "Выбрать все строки"
        assert gettext("Log in") == "Войти"
        assert str(User._meta.get_field("role").verbose_name) == "роль"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "given"), [("ru-RU,ru;q=0.9,en;q=0.5", "ru"), ("en", "en"), ("de,fr", "en"), ("", "en")]
)
def test_signed_out_page_is_in_the_language_of_the_browser(asked, given):
    response = Client().get("/accounts/login/", headers={"accept-language": asked})

    assert f'<html lang="{given}"' in response.content.decode()
    assert response.headers["Content-Language"] == given
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(("own", "given"), [("", "en"), ("ru", "ru")])
@pytest.mark.parametrize(("person", "door"), [(StaffFactory, "/desk/tickets/"), (UserFactory, "/cabinet/")])
def test_signed_in_page_is_in_the_persons_own_language_before_the_browsers(person, door, own, given):
    browser = Client()
    browser.force_login(person(language=own), backend=settings.AUTHENTICATION_BACKENDS[0])

    page = browser.get(door, headers={"accept-language": "en"}).content.decode()

    assert f'<html lang="{given}"' in page
    assert ("Заявки" in page) == (given == "ru")


@pytest.mark.django_db
def test_admin_is_in_the_persons_own_language():
    browser = Client()
    browser.force_login(
        StaffFactory(role=Role.ADMINISTRATOR, language="ru"), backend=settings.AUTHENTICATION_BACKENDS[0]
    )

    page = browser.get("/admin/", headers={"accept-language": "en"}).content.decode()

    assert "Администрирование" in page or "администрирования" in page
