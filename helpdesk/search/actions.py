"""Keeping the documents in step with the things, and noting what was looked for in vain."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from helpdesk.core.deferring import write_soon
from helpdesk.search.engines import engine
from helpdesk.search.identifiers import identifiers_in
from helpdesk.search.models import Identifier, NothingFound
from helpdesk.search.protocol import Entry

MOST_WORDS = 5_000
"""So many searches without result are kept: the rarest and oldest go first."""


def index(entry: Entry) -> None:
    """Write or replace the document of one thing in the caller's transaction (see `deferring`)."""
    write_soon(_write, entry)


def index_together(entries: list[Entry]) -> None:
    """The same for several things at once, which the caller has gathered."""
    _write(entries)


def _write(entries: list[Entry]) -> None:
    latest = {(entry.kind, entry.key): entry for entry in entries}
    engine().write(list(latest.values()))


def remark(*, kind: type[models.Model], names: Collection[str], marks: Mapping[int, Sequence[str]]) -> None:
    """Documents shown under these keys have these marks now, in the place of those called by one of the `names`."""
    if marks:
        engine().remark(kind=ContentType.objects.get_for_model(kind).pk, names=names, marks=marks)


def forget(*, subject: models.Model) -> None:
    """The thing is found no more."""
    engine().forget(kind=ContentType.objects.get_for_model(subject).pk, keys=[subject.pk])


def forget_identifiers(*, addresses: Iterable[str], names: Iterable[str]) -> None:
    """Nothing is found by pieces of these addresses any more, nor by what is written nearly like the words of these
    names; whoever else is called so is found by it again once they write."""
    gone = Q(word__in=[word for name in names for word in name.lower().split()])
    for address in filter(None, addresses):
        gone |= Q(word__contains=address.lower()) | Q(word=address.lower().partition("@")[0])
    Identifier.objects.filter(gone).delete()


def forget_words(words: Iterable[str]) -> None:
    """Nothing is found by pieces of these any more; where one of them still stands it is found again once that is
    written anew."""
    gone = Q(pk__in=[])
    for word in words:
        for piece in word.lower().split():
            gone |= Q(word__contains=piece) | Q(word__in=identifiers_in(piece))
    Identifier.objects.filter(gone).delete()
    NothingFound.objects.filter(words__in=[" ".join(word.lower().split()) for word in words]).delete()


@transaction.atomic
def note_nothing_found(*, words: str, by_customer: bool) -> None:
    """Somebody found nothing by these words."""
    words = " ".join(words.lower().split())[:200].strip()
    if not words:
        return
    one = int(by_customer)
    noted, is_new = NothingFound.objects.get_or_create(words=words, defaults={"by_customers": one})
    if is_new:
        rarest = NothingFound.objects.order_by("-times", "-last_at").values_list("pk", flat=True)[MOST_WORDS:]
        NothingFound.objects.filter(pk__in=list(rarest)).exclude(pk=noted.pk).delete()
        return
    counted = {"times": F("times") + 1, "by_customers": F("by_customers") + one, "last_at": timezone.now()}
    NothingFound.objects.filter(pk=noted.pk).update(**counted)
