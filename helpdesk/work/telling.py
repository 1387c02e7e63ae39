"""What the journal's lines about long work say."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.core.retelling import know
from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from helpdesk.work.actions.doing import BROKEN
from helpdesk.work.models import Job
from helpdesk.work.registries import kinds


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    know([BROKEN])
    verbs.register("work_asked_for", Told(_("asked for long work"), facts={"kind": "kind of work"}))
    fields.register("kind", _("kind"))
    values.register("kind of work", lambda value: str(kinds[value].label) if value in kinds else str(value))
    things.register(
        "work",
        Thing(label=_("Long work"), model=Job, seen=Job.objects.visible_to, text=F("filename"), address=F("pk")),
    )
