"""Message catalogues: what the program says, taken out of its sources and compiled, without gettext's own tools.

A catalogue is `helpdesk/locale/<language>/LC_MESSAGES/django.po`, which people translate, and the `.mo` beside it,
which Django reads. Both are committed, so a machine that runs the program needs neither this module nor Babel.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import django
import unfold
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.template import TemplateSyntaxError
from django.utils.translation.template import templatize

ROOMS = ("helpdesk", "tickets", "billing", "licensing", "crm_sync", "vpn")
NO_SOURCES = {"migrations", "locale", "__pycache__"}
Text = tuple[str | tuple[str, ...], str | None]
"""A text, or its singular and plural, and its context."""

WORDS_OF = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), 1),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"), 2),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), 3),
}
"""How many arguments of each function are words."""

TAGS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""The functions that Django writes for a template's tags, and which of their arguments are which."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
WIDTH = 120


class UnreadableSource(Exception):
    """A source file that cannot be taken apart; the message names the file."""


def path_of(language: str) -> Path:
    """Where the catalogue of `language` is kept."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue as it is committed; an empty one for a language that has none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(
            locale=language,
            domain="django",
            header_comment="# What Helpdesk says, in another language. `manage.py messages` keeps it up to date.",
            project="Helpdesk",
            version="1",
            msgid_bugs_address="",
            revision_date=datetime.now(UTC),
            last_translator="Helpdesk",
            language_team="Helpdesk",
            fuzzy=False,
        )
    return read_po(StringIO(path.read_text(encoding="utf-8")), locale=language, domain="django")


def spoken(language: str) -> Catalog:
    """Every text of the sources of the program, and of the admin's face as far as Django has no words for it."""
    catalogue = Catalog(domain="django", fuzzy=False)
    for path in own_sources(settings.BASE_DIR):
        _collect(catalogue, path, name=path.relative_to(settings.BASE_DIR).as_posix())
    borrowed = Catalog(domain="django", fuzzy=False)
    for path in sources_of_the_admin():
        _collect(borrowed, path, name="unfold")
    django_knows = _keys_of_django(language)
    for message in borrowed:
        if message.id and (message.context, _key(message)) not in django_knows:
            catalogue.add(message.id, locations=message.locations, context=message.context)
    return catalogue


def updated(language: str) -> Catalog:
    """The committed catalogue with new texts added, untranslated, and texts that are gone removed."""
    catalogue = read(language)
    catalogue.update(spoken(language), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def write(language: str, catalogue: Catalog) -> None:
    """Both files of the catalogue."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalogue))
    path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))


def what_is_out_of_date(language: str) -> list[str]:
    """One line for every text that is missing, gone or badly translated, and for a `.mo` that is not of this `.po`."""
    committed = read(language)
    said, translated = keys(spoken(language)), keys(committed)
    lines = [f"{text!r} is not in the catalogue" for _context, text in said - translated]
    lines += [f"{text!r} is said nowhere any more" for _context, text in translated - said]
    compiled = path_of(language).with_suffix(".mo")
    if not compiled.exists() or _translations(read_mo(BytesIO(compiled.read_bytes()))) != _translations(committed):
        lines.append(f"{compiled.name} is not compiled from {path_of(language).name}")
    return sorted(lines) + faults(committed)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue for people: grouped by file, without line numbers, which change with every edit."""
    out = BytesIO()
    write_po(out, catalogue, width=WIDTH, omit_header=False, sort_by_file=True, include_lineno=False)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue for Django."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with the translations, one line each: empty, fuzzy, a plural form or a placeholder missing."""
    return [
        f"{_key(message)!r}: {fault}" for message in catalogue if message.id for fault in _faults(catalogue, message)
    ]


def keys(catalogue: Catalog) -> set[tuple[str | None, str]]:
    """The texts of a catalogue, each with its context."""
    return {(_context(message), _key(message)) for message in catalogue if message.id}


def own_sources(root: Path) -> Iterator[Path]:
    """Python modules of the rooms and every template, in a stable order."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if not NO_SOURCES.intersection(path.parts):
                yield path
    yield from sorted(path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def sources_of_the_admin() -> Iterator[Path]:
    """What django-unfold shows where we use it; it comes without translations."""
    face = Path(unfold.__file__).parent
    yield from sorted(face.glob("*.py"))
    yield face / "mixins" / "base_model_admin.py"
    for folder in (face / "templates", face / "contrib" / "filters"):
        yield from sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".py"})


def texts_of(path: Path) -> list[Text]:
    """Every text of one source file. Raises UnreadableSource with the file's name."""
    source = path.read_text(encoding="utf-8")
    try:
        return _texts_of_python(source) if path.suffix == ".py" else _texts_of_template(source)
    except (SyntaxError, ValueError, TemplateSyntaxError) as error:
        raise UnreadableSource(f"{path}: {error}") from error


def _texts_of_python(source: str) -> list[Text]:
    """By the syntax tree, which also sees the calls inside f-strings."""
    texts: list[Text] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        wanted = WORDS_OF.get(name, 0)
        words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if wanted and len(words) >= wanted:
            context = words.pop(0) if "pgettext" in name else None
            texts.append(((words[0], words[1]) if name.startswith("n") else words[0], context))
    return texts


def _texts_of_template(source: str) -> list[Text]:
    """By way of the calls that Django makes of a template's tags; HTML's indentation must not look like Python's."""
    calls = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    found = extract("python", BytesIO(calls.encode()), keywords=TAGS)
    return [(text, context) for _line, text, _comments, context in found]


def _collect(catalogue: Catalog, path: Path, *, name: str) -> None:
    for text, context in texts_of(path):
        catalogue.add(text, locations=[(name, 0)], context=context)


def _keys_of_django(language: str) -> set[tuple[str | None, str]]:
    """The texts that Django and those of its parts that we use have in `language`."""
    root = Path(django.__file__).parent
    used = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(root)]
    known: set[tuple[str | None, str]] = set()
    for folder in (root / "conf", *used):
        for path in folder.glob(f"locale/{language}/LC_MESSAGES/django.mo"):
            with path.open("rb") as file:
                known |= keys(read_mo(file))
    return known


def _forms(message: Message) -> list[str]:
    if isinstance(message.string, str):
        return [message.string]
    return [form or "" for form in message.string or ("",)]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _context(message: Message) -> str | None:
    """Babel reads the contexts of a `.mo` as bytes."""
    context: Any = message.context
    return context.decode() if isinstance(context, bytes) else context


def _translations(catalogue: Catalog) -> dict[tuple[str | None, str], list[str]]:
    return {(_context(message), _key(message)): _forms(message) for message in catalogue if message.id}


def _faults(catalogue: Catalog, message: Message) -> Iterator[str]:
    forms = _forms(message)
    if message.fuzzy:
        yield "is fuzzy"
    if not all(form.strip() for form in forms):
        yield "is not translated"
        return
    if len(forms) != (1 if isinstance(message.id, str) else catalogue.num_plurals):
        yield f"has {len(forms)} forms"
    wanted = sorted(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[1]))
    for form in forms:
        if sorted(PLACEHOLDER.findall(form)) != wanted:
            yield f"has other placeholders in {form!r}"
