"""Writing all documents anew while the desk works, and finding out which ones are not as they should be."""

from collections.abc import Callable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.search.engines import engine
from helpdesk.search.models import Rebuild
from helpdesk.search.protocol import Difference
from helpdesk.search.registries import Source, sources

BATCH = 200
"""So many things are locked at a time: a fraction of a second."""


def begin(source: str, *, anew: bool = False) -> Rebuild:
    """The rebuilding of this source that is under way, else a new one; with `anew` from the first thing on."""
    rebuild, _is_new = Rebuild.objects.get_or_create(source=source, finished_at__isnull=True)
    if anew:
        Rebuild.objects.filter(pk=rebuild.pk).update(done_upto=0, written=0, started_at=timezone.now())
        rebuild.refresh_from_db()
    return rebuild


def go_on(rebuild: Rebuild, *, tell: Callable[[Rebuild], None] = lambda _rebuild: None, batches: int = 0) -> bool:
    """Write batch after batch, each in a transaction of its own, until all is done, or so many where `batches` says so.
    Several at once take turns. True when it is finished; what is interrupted goes on where it was."""
    done = 0
    while not (is_finished := _write_batch(rebuild)):
        engine().settle()
        tell(rebuild)
        done += 1
        if done == batches:
            break
    engine().settle()
    return is_finished


def go_on_with_all(*, batches: int) -> None:
    """A while at each rebuilding that is under way and whose source is there."""
    for rebuild in Rebuild.objects.filter(finished_at__isnull=True).order_by("pk"):
        if rebuild.source in sources:
            go_on(rebuild, batches=batches)


@transaction.atomic
def _write_batch(rebuild: Rebuild) -> bool:
    """The next things. True when there are none."""
    rebuild.refresh_from_db(from_queryset=Rebuild.objects.select_for_update(of=("self",)))
    if rebuild.finished_at is not None:
        return True
    source = sources[rebuild.source]
    kind, after = _kind(source), rebuild.done_upto
    entries = source.entries(after, BATCH)
    upto = entries[-1].key if entries else None
    engine().keep_only([entry.key for entry in entries], kind=kind, after=after, upto=upto)
    if entries:
        engine().write(entries)
        rebuild.done_upto, rebuild.written = entries[-1].key, rebuild.written + len(entries)
    else:
        rebuild.finished_at = timezone.now()
    rebuild.save(update_fields=["done_upto", "written", "finished_at"])
    return not entries


def drop_rows() -> None:
    """The documents that PostgreSQL kept, when a server of its own knows everything: nobody looks at them any more,
    nor takes out of them what is erased."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE search_document")


def differences(source: str, *, checked: Callable[[int], None] = lambda _count: None) -> Iterator[Difference]:
    """Every thing whose document is missing or is not as it would be written now, and every document of nothing."""
    place, after, count = sources[source], 0, 0
    while True:
        with transaction.atomic():
            entries = place.entries(after, BATCH)
            upto = entries[-1].key if entries else None
            found = engine().differences(entries, kind=_kind(place), after=after, upto=upto)
        yield from found
        if not entries:
            return
        after, count = entries[-1].key, count + len(entries)
        checked(count)


def _kind(source: Source) -> int:
    return ContentType.objects.get_for_model(source.model).pk
