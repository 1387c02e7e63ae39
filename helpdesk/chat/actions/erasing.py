"""What the chat knows of a person who is erased."""

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.chat.models import EarlierLine, Enclosure, Line, Reading
from helpdesk.chat.searching import entry_of
from helpdesk.core.erasing import Erased, drop_files
from helpdesk.core.registries import needed_files
from helpdesk.search import actions as search


def forget(erased: Erased) -> None:
    """In the caller's transaction. What the person said goes, with its files (who is erased is a customer now, and may
    have been a colleague before); what colleagues said of them stays without their full names and addresses."""
    mine = Enclosure.objects.filter(uploaded_by=erased.person)
    drop_files(list(mine.values_list("file", flat=True)))
    mine.delete()
    EarlierLine.objects.filter(line__author=erased.person).delete()
    Reading.objects.filter(person=erased.person).delete()
    with translation.override(settings.LANGUAGE_CODE):
        said = _("Erased at the request of the person who wrote this.")
    for line in Line.objects.standing().filter(author=erased.person).order_by("pk"):
        _say(line, said)
    for word in erased.words:
        named = Q(text__icontains=word) | Q(enclosures__filename__icontains=word)
        for line in Line.objects.filter(named).order_by("pk").distinct():
            for file in line.enclosures.all():
                Enclosure.objects.filter(pk=file.pk).update(filename=erased.out_of(file.filename)[:255])
            _say(line, erased.out_of(line.text))
        for earlier in EarlierLine.objects.filter(text__icontains=word).order_by("pk"):
            EarlierLine.objects.filter(pk=earlier.pk).update(text=erased.out_of(earlier.text))
        for place in Reading.objects.filter(draft__icontains=word).order_by("pk"):
            Reading.objects.filter(pk=place.pk).update(draft=erased.out_of(place.draft))


def _say(line: Line, text: str) -> None:
    line.text = text
    line.save(update_fields=["text"])
    names = list(line.enclosures.values_list("filename", flat=True))
    search.index(entry_of(line, author=line.author, filenames=names))


def register() -> None:
    """Say which files the chat still needs; called once when the program starts."""
    needed_files.register("chat", _needed)


def _needed(names: set[str]) -> set[str]:
    return set(Enclosure.objects.filter(file__in=names).order_by().values_list("file", flat=True))
