"""The catalogues are complete, and what people read in the templates can be translated."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.utils.translation import gettext, ngettext

from helpdesk.core import catalogues

LANGUAGES = [language for language, _name in settings.LANGUAGES if language != "en"]
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"})
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "data-confirm", "data-too-large"}
ARGUMENT = re.compile(r"""\b(?:label|title|text|placeholder|summary|hint|legend)=(["'])(.*?)\1""")
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&#?\w+;")
# Names and keys are the same in every language.
NAMES = {"Ctrl", "Enter", "Esc", "Helpdesk", "SHA", "Message-ID"}
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
