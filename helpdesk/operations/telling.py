"""What the journal's lines about the watch say."""

from collections.abc import Callable

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from helpdesk.operations.models import Alert, AlertWay, OutsideWatch, Threshold
from helpdesk.operations.watching.families import label_of


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in {
        "alert_raised": Told(_("raised an alert"), facts={"series": "series"}),
        "alert_over": Told(_("ended an alert"), facts={"series": "series"}),
        "alert_acknowledged": Told(_("acknowledged an alert"), facts={"series": "series"}),
        "threshold_added": Told(_("added a threshold of alerts")),
        "threshold_changed": Told(_("changed a threshold of alerts")),
        "alertway_added": Told(_("set up a way to tell of alerts")),
        "alertway_changed": Told(_("changed a way to tell of alerts")),
        "alertway_tried": Told(_("tried a way to tell of alerts")),
        "outsidewatch_added": Told(_("set up a watch from outside")),
        "outsidewatch_changed": Told(_("changed a watch from outside")),
    }.items():
        verbs.register(verb, told)
    values.register("series", label_of)
    for name, label in {"limit": _("alert beyond"), "ends_at": _("over at"), "minutes": _("for minutes")}.items():
        if name not in fields:
            fields.register(name, label)
    for name, label, model, page in (
        ("alert", _("Alert"), Alert, "alert"),
        ("threshold", _("Threshold"), Threshold, "threshold"),
        ("alert_way", _("Way of telling"), AlertWay, "alertway"),
        ("outside_watch", _("Watch from outside"), OutsideWatch, "outsidewatch"),
    ):
        things.register(
            name,
            Thing(
                label=label,
                model=model,
                seen=model.objects.visible_to,
                text=F("series") if model is Alert else F("family") if model is Threshold else F("name"),
                address=F("pk"),
                url=_page(page),
                needs="configure",
            ),
        )


def _page(model: str) -> Callable[[str], str]:
    return lambda key: f"/admin/operations/{model}/{key}/change/"
