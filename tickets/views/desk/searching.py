"""The search: one box over everything that is said on tickets, and the people and organisations that are called so."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.afterwards import afterwards
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from helpdesk.search.actions import note_nothing_found
from helpdesk.search.finding import Asked, Order, ask, find_or_tell, meant
from helpdesk.search.registries import words_of
from tickets.queries.documents import MESSAGES
from tickets.queries.found import found_messages
from tickets.views.desk.frame import frame
from tickets.views.found_lines import lines_of

ROWS = 25
MOST_PEOPLE = 4
LONGEST = 200
BEST, LATEST = "best", "latest"


@staff_required
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """What is found by the words `q`, the best hits first or, with `order=latest`, the latest."""
    reader, words = request.user, _written(request.GET.get("q", ""))
    order: Order = "latest" if request.GET.get("order") == LATEST else "best"
    cursor = request.GET.get("cursor", "")
    asked = ask(MESSAGES, reader=reader, words=words)
    asked, found = find_or_tell(MESSAGES, reader=reader, asked=asked, order=order, cursor=cursor, size=ROWS)
    shown = found_messages(reader, found.hits, asked=asked)
    is_first = not cursor
    people = _people(reader, asked) if is_first else []
    is_vain = is_first and asked.is_something and not (found.hits or people or asked.refusals)
    context = {
        "query": words,
        "lines": lines_of(shown, now=timezone.now(), url_name="desk:ticket"),
        "people": people,
        "refusals": asked.refusals,
        "since": found.since,
        "tabs": [_tab(_("Best first"), words, BEST, order), _tab(_("Latest first"), words, LATEST, order)],
        "older_url": _address(words, order, found.older) if found.older else "",
        "first_url": "" if is_first else _address(words, order),
        "list_url": f"{reverse('desk:tickets')}?{urlencode({'q': words})}",
        "chat_url": f"{reverse('chat:chat')}?{urlencode({'q': asked.wish.text})}" if asked.wish.text else "",
        "save_url": f"{reverse('desk:new_saved_view')}?{urlencode({'q': words})}",
        "meant": _meant(reader, words, asked) if is_vain else None,
        "known": [(name, word.label) for name, word in _own_names(reader)],
        **frame(reader),
    }
    response = render(request, "tickets/desk/search.html", {**context, "query": words})
    if is_vain and (sought := asked.wish.text):
        afterwards(response, lambda: note_nothing_found(words=sought, by_customer=False), what="nothing found")
    return response


def completed(reader: User, words: str) -> list[str]:
    """What was written with its last word completed, where that is a word that narrows."""
    before, _space, last = words.rpartition(" ")
    name, colon, beginning = last.removeprefix("-").partition(":")
    word = words_of(reader).get(name.lower()) if colon else None
    offered = word.offered(reader, beginning.lower().strip('"')) if word else []
    start = f"{before} " if before else ""
    sign = "-" if last.startswith("-") else ""
    return [f"{start}{sign}{name}:{each}" for each in offered if each.lower() != beginning.lower()][:6]


def _written(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:LONGEST]


def _people(reader: User, asked: Asked) -> list[dict[str, str]]:
    """People and organisations of the address book that are called so, where nothing else is asked for."""
    words = asked.wish.text
    if not words or asked.wish.narrowings or not reader.can(Capability.SEE_CUSTOMERS):
        return []
    called = User.objects.visible_to(reader).with_words(words).select_related("organisation").order_by("name", "pk")
    organisations = Organisation.objects.visible_to(reader).filter(name__icontains=words).order_by("name", "pk")
    found = [
        _card(each.name, "people:organisation", each.pk, _("organisation")) for each in organisations[:MOST_PEOPLE]
    ]
    return found + [_card(str(each), "people:person", each.pk, each.email or "") for each in called[:MOST_PEOPLE]]


def _card(name: str, url_name: str, key: int, note: str) -> dict[str, str]:
    return {"name": name, "url": reverse(url_name, args=[key]), "note": note}


def _meant(reader: User, words: str, asked: Asked) -> dict[str, str] | None:
    """Where nothing was found: the same with what may have been meant."""
    lowered = words.lower()
    for word, alike in meant(MESSAGES, reader=reader, asked=asked).items():
        lowered = lowered.replace(word, alike)
    return {"words": lowered, "url": _address(lowered, BEST)} if lowered != words.lower() else None


def _own_names(reader: User) -> list[tuple[str, Any]]:
    """Each word once, by its name in the language of whoever reads."""
    cyrillic = any("а" <= letter <= "я" for letter in _("from").lower())
    named: dict[int, tuple[str, Any]] = {}
    for name, word in words_of(reader).items():
        if id(word) not in named or (cyrillic and named[id(word)][0].isascii()):
            named[id(word)] = (name, word)
    return list(named.values())


def _tab(label: str, words: str, order: str, current: str) -> dict[str, Any]:
    return {"label": label, "url": _address(words, order), "current": order == current}


def _address(words: str, order: str, cursor: str = "") -> str:
    said = {"q": words, "order": order if order != BEST else "", "cursor": cursor}
    return f"{reverse('desk:search')}?{urlencode({name: word for name, word in said.items() if word})}"
