"""What the journal's lines about rooms say."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from helpdesk.chat.models import Room
from helpdesk.journal.registries import Thing, Told, things, verbs

VERBS = {
    "chat_line_edited": Told(_("changed a line in the chat")),
    "chat_line_deleted": Told(_("deleted a line in the chat")),
}


def register() -> None:
    """Called once when the program starts."""
    for verb, told in VERBS.items():
        verbs.register(verb, told)
    two = Concat("first__name", Value(", "), "second__name", output_field=CharField())
    things.register(
        "room",
        Thing(
            label=_("Room"),
            model=Room,
            seen=Room.objects.visible_to,
            text=Coalesce("team__name", two, output_field=CharField()),
            address=F("pk"),
        ),
    )
