"""One run from its claim to its end: read, compare, see that few would be out, write in batches."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog
from django.db import IntegrityError
from django.utils import timezone

from helpdesk.accounts.directory.actions import runs
from helpdesk.accounts.directory.actions.applying import WRITTEN, apply
from helpdesk.accounts.directory.actions.runs import MOST_LINES, LeaseLost
from helpdesk.accounts.directory.connecting import connected
from helpdesk.accounts.directory.enums import Deed, Scope
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.directory.planning import LINES, Change, Known, Rules, plan
from helpdesk.accounts.directory.reading import Listing, read_changed, read_whole
from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.retrying import PATIENT, retrying

log = structlog.get_logger(__name__)
BATCH = 250
TELL_EVERY = 1.0
"""Seconds between two words about the progress: each is a row written."""
ALWAYS = 3
"""So few may go whatever their share, where that is not more than half."""


def work(*, key: int) -> SyncRun | None:
    """Bring the run to its end, unless that is done or being done; None then. Every fault of the directory ends it with
    one line and is not raised."""
    run = retrying(lambda: runs.claim(key=key), times=PATIENT)
    if run is None:
        return None
    with acting_from("task", request_id=f"directory-{run.pk}"):
        try:
            return _work(run)
        except DirectoryFault as caught:
            fault = caught
            return retrying(lambda: runs.fail(run=run, fault=fault), times=PATIENT)
        except LeaseLost:
            log.warning("directory_run_taken_over", run=run.pk)
            return None


def _work(run: SyncRun) -> SyncRun:
    directory, progress = run.directory, _Progress(run)
    rules = Rules.of(directory)
    listing = _read(run, rules, progress)
    whole = run.scope == Scope.WHOLE
    known = Known.of(directory, listing.people, rules, whole=whole)
    changes = plan(directory, listing.people, rules, known, whole=whole)
    _report(run, changes, listing)
    fault = _too_many(run, changes, listing)
    if fault is not None and not run.is_dry:
        return retrying(lambda: runs.stop(run=run, fault=fault), times=PATIENT)
    run.reason = str(fault) if fault is not None else ""
    if not run.is_dry:
        _write(run, changes, rules, progress)
        _report(run, changes, listing)
    marks = _marks(run, listing)
    return retrying(lambda: runs.finish(run=run, marks=marks), times=PATIENT)


def _read(run: SyncRun, rules: Rules, progress: "_Progress") -> Listing:
    """What the run is about, read to its end. A run about changes becomes a whole one where changes don't tell all."""
    with connected(run.directory) as connection:
        if run.scope == Scope.CHANGES:
            found = read_changed(connection, rules.rules)
            if found is not None:
                return found
            run.scope = Scope.WHOLE
        return read_whole(connection, rules.rules, lambda count: progress("reading", count, None))


def _too_many(run: SyncRun, changes: list[Change], listing: Listing) -> DirectoryFault | None:
    """Why the run must not go on without an administrator; None when it may."""
    gone = [change for change in changes if change.deed == Deed.OUT]
    run.would_go = len(gone)
    inside = DirectoryPerson.objects.filter(directory=run.directory, user__is_active=True).count()
    if run.scope == Scope.WHOLE and not listing.people and inside:
        return DirectoryFault("nobody")
    if run.would_go <= max(run.may_go or 0, allowed(inside, run.directory.most_out_percent)):
        return None
    return DirectoryFault("too_many_out", gone=run.would_go, known=inside)


def allowed(inside: int, percent: int) -> int:
    """How many of those inside may lose their access in one run without a question."""
    return max(inside * percent // 100, min(ALWAYS, max(1, inside // 2)))


def _write(run: SyncRun, changes: list[Change], rules: Rules, progress: "_Progress") -> None:
    due = [change for change in changes if change.deed in WRITTEN]
    for done, batch in _batches(due):
        progress("writing", done, len(due))
        try:
            retrying(lambda batch=batch: apply(directory=run.directory, changes=batch, rules=rules), times=PATIENT)  # type: ignore[misc]
        except IntegrityError:
            _write_singly(run, batch, rules)
        crash_point("directory_batch")


def _write_singly(run: SyncRun, batch: list[Change], rules: Rules) -> None:
    """Somebody's address was taken while we looked: all the others get what is theirs."""
    for change in batch:
        if change.deed == Deed.ADDED:
            change.user = change.person = None
        try:
            apply(directory=run.directory, changes=[change], rules=rules)
        except IntegrityError:
            address = ", ".join(change.emails)
            change.deed, change.line = Deed.SKIPPED, ("taken", {"address": address})


def _batches(changes: list[Change]) -> Iterator[tuple[int, list[Change]]]:
    for start in range(0, len(changes), BATCH):
        yield start, changes[start : start + BATCH]


def _report(run: SyncRun, changes: list[Change], listing: Listing) -> None:
    """Counts of everything, and the first people of each deed by name."""
    run.counts = dict(Counter(str(change.deed) for change in changes))
    told: Counter[str] = Counter()
    run.lines = []
    for change in changes:
        is_said = change.deed not in (Deed.SAME, Deed.OUTSIDE) or change.text
        if is_said and told[change.deed] < MOST_LINES:
            told[change.deed] += 1
            run.lines.append({"deed": str(change.deed), "who": change.who, "text": change.text, "more": _more(change)})
    for name, count in {"no_id": listing.no_id, "referrals": listing.referrals}.items():
        if count:
            run.lines.append({"deed": Deed.SKIPPED.value, "who": "", "text": LINES[name] % {"count": count}} | _NOBODY)


_NOBODY: dict[str, object] = {"more": {"uid": "", "dn": "", "email": "", "role": "", "may_link": False}}


def _more(change: Change) -> dict[str, object]:
    """What the page of a run shows of one person besides, and what linking needs."""
    dn = change.person.dn if change.person is not None else ""
    if change.entry is None:
        return {"uid": "", "dn": dn, "email": "", "role": "", "may_link": False}
    entry, may_link = change.entry, change.line is not None and change.line[0] == "local" and change.person is None
    emails = ", ".join(entry.emails)
    return {"uid": entry.uid, "dn": entry.dn, "email": emails, "role": change.role, "may_link": may_link}


def _marks(run: SyncRun, listing: Listing) -> dict[str, object]:
    """How far the directory is read, in the server's own time."""
    directory = run.directory
    marks: dict[str, object] = {"newest_change": max(directory.newest_change, listing.newest)}
    if run.scope == Scope.WHOLE:
        marks |= {"newest_group": listing.newest_group, "read_at": timezone.now()}
    return marks


@dataclass(slots=True)
class _Progress:
    """Writes down how far the run is, every second."""

    run: SyncRun
    told_at: float = field(default_factory=lambda: 0.0)

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        retrying(lambda: runs.tell(run=self.run, phase=phase, done=done, total=total), times=PATIENT)
