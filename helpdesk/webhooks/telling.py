"""What the journal's lines about hooks say."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.core.retelling import know
from helpdesk.journal.registries import Thing, Told, fields, things, verbs
from helpdesk.webhooks.actions.stopping import FAILED_LONG, GONE, OWNER_LEFT
from helpdesk.webhooks.models import Hook


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    know([FAILED_LONG, GONE, OWNER_LEFT])
    for verb, told in {
        "hook_added": Told(_("set up a web hook")),
        "hook_changed": Told(_("changed a web hook")),
        "hook_key_renewed": Told(_("gave a web hook a new key")),
        "hook_removed": Told(_("removed a web hook"), facts={"name": ""}),
        "hook_stopped": Told(_("switched a web hook off"), facts={"reason": "reason"}),
        "hook_tested": Told(_("tried a web hook")),
        "hook_event_sent_again": Told(_("had an event sent to a web hook again")),
    }.items():
        verbs.register(verb, told)
    for name, label in {"url": _("address"), "events": _("events"), "with_notes": _("internal notes too")}.items():
        if name not in fields:
            fields.register(name, label)
    things.register(
        "hook",
        Thing(
            label=_("Web hook"),
            model=Hook,
            seen=Hook.objects.visible_to,
            text=F("name"),
            address=F("pk"),
            url=lambda key: f"/admin/webhooks/hook/{key}/change/",
            needs="configure",
        ),
    )
