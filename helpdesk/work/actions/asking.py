"""Asking for long work."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from helpdesk.work.enums import UNFINISHED
from helpdesk.work.models import Job
from helpdesk.work.registries import kinds

MOST_AT_ONCE = 3
"""So many unfinished jobs a person may have: workers are there for everybody."""


@transaction.atomic
def ask(*, kind: str, by: User, asked: dict[str, Any]) -> Job:
    """Write the job down and ring for a worker; `asked` is JSON. What the person asked for already and is not finished
    is that job again, so that a form sent twice does nothing twice. Writes `work_asked_for`. Raises Refused."""
    from helpdesk.work.tasks import work  # noqa: PLC0415 - tasks stand above the actions

    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    unfinished = list(Job.objects.visible_to(by).filter(state__in=sorted(UNFINISHED)).order_by("pk"))
    for job in unfinished:
        if (job.kind, job.asked) == (kind, asked):
            return job
    if len(unfinished) >= MOST_AT_ONCE:
        words = _("You have %(limit)s pieces of work under way. Wait until one is done.")
        raise Refused(words % {"limit": MOST_AT_ONCE})
    chosen = kinds[kind]
    job = Job.objects.create(
        owner=by, kind=kind, asked=asked, filename=chosen.filename, content_type=chosen.content_type
    )
    record(verb="work_asked_for", subject=job, by=by, kind=kind, asked=asked)
    ring(work, job.pk)
    return job
