"""What the journal's lines about tickets say, and where the things that lines are about are seen at the desk."""

from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, Team, User
from helpdesk.core.retelling import retold
from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from tickets.enums import Audience, Channel, News, Priority, Relation, Score, Status, Writing
from tickets.models import Category, CustomField, SavedView, Template, Ticket

_MOVED = {"reopened_from": "status"}

VERBS = {
    "ticket_opened": Told(_("opened the ticket"), facts={"channel": "channel", "requester": "person"}),
    "received": Told(_("wrote on the ticket"), value="status"),
    "replied": Told(_("answered"), value="status"),
    "forwarded": Told(_("forwarded the conversation"), facts={"to": ""}),
    "noted": Told(_("wrote a note"), facts={"mentioned": "person"}),
    "note_edited": Told(_("changed a note"), facts={"mentioned": "person"}),
    "note_deleted": Told(_("deleted a note"), facts={"author": "person"}),
    "message_masked": Told(_("masked words of a message")),
    "message_files_taken_out": Told(_("took files out of a message")),
    "message_held": Told(_("wrote something that waits for approval")),
    "message_approved": Told(_("let a message count"), value="status", facts={"person": "person"}),
    "message_refused": Told(_("refused a message")),
    "message_moved": Told(_("moved a message here"), facts=_MOVED),
    "message_moved_away": Told(_("moved a message away"), facts=_MOVED),
    "message_moved_back": Told(_("moved a message back"), facts=_MOVED),
    "ticket_merged": Told(_("merged the ticket into another one")),
    "ticket_merged_here": Told(_("merged another ticket into this one")),
    "ticket_unmerged": Told(_("undid the merging into another one")),
    "ticket_unmerged_here": Told(_("undid the merging of another one into this one")),
    "ticket_split": Told(_("made the ticket of messages of another one")),
    "ticket_split_off": Told(_("made a ticket of messages of this one")),
    "ticket_split_undone": Told(_("undid the splitting of the ticket")),
    "ticket_linked": Told(_("linked the ticket to another one"), facts={"kind": "relation"}),
    "ticket_linked_here": Told(_("linked another ticket to this one"), facts={"kind": "relation"}),
    "ticket_unlinked": Told(_("took away the link to another ticket"), facts={"kind": "relation"}),
    "ticket_unlinked_here": Told(_("took away the link of another ticket"), facts={"kind": "relation"}),
    "watching_begun": Told(_("began to watch the ticket")),
    "watching_ended": Told(_("no longer watches the ticket")),
    "watcher_added": Told(_("added a watcher"), facts={"person": "person"}),
    "watcher_removed": Told(_("removed a watcher"), facts={"person": "person"}),
    "watching_chosen": Told(_("chose what watching tells"), value="news"),
    "snoozed": Told(_("put the ticket aside"), facts={"until": ""}),
    "woken": Told(_("brought the ticket back")),
    "came_back": Told(_("came back by itself")),
    "locked": Told(_("took the ticket for themselves")),
    "unlocked": Told(_("let the ticket go")),
    "lock_taken_over": Told(_("took the ticket over"), value="person"),
    "lock_timed_out": Told(_("nobody worked on it: it is free again"), facts={"person": "person"}),
    "archived": Told(_("went into the archive")),
    "taken_out_of_archive": Told(_("took the ticket out of the archive")),
    "taken_back": Told(_("took back what was just sent"), facts={"kind": "writing"}),
    "sending_planned": Told(_("planned to send later"), facts={"kind": "writing"}),
    "sending_moved": Told(_("moved what is to be sent later"), facts={"kind": "writing"}),
    "sending_given_up": Told(_("gave up sending later"), facts={"kind": "writing"}),
    "sending_failed": Told(
        _("could not send what was planned"), facts={"kind": "writing", "person": "person", "reason": "reason"}
    ),
    "participant_added": Told(_("added somebody to the conversation"), facts={"person": "person"}),
    "participant_removed": Told(_("removed somebody from the conversation"), facts={"person": "person"}),
    "participants_copied": Told(_("wrote with copies to others"), facts={"people": "person"}),
    "assigned": Told(_("assigned the ticket"), value="person"),
    # Of a ticket another team has it; of a team the admin writes the same verb, and then each column is named.
    "team_changed": Told(_("changed the team"), value="team", facts={"unassigned": "person"}),
    "status_changed": Told(_("changed the status"), value="status"),
    "priority_changed": Told(_("changed the priority"), value="priority"),
    "tags_changed": Told(_("changed the tags")),
    "category_changed": Told(_("changed the category")),
    "fields_changed": Told(_("changed the fields")),
    "category_added": Told(_("added a category")),
    "customfield_added": Told(_("added a field")),
    "customfield_changed": Told(_("changed a field")),
    "view_saved": Told(_("saved a view")),
    "view_renamed": Told(_("renamed a view")),
    "view_shared": Told(_("gave a view to others")),
    "view_narrowed": Told(_("changed what a view shows")),
    "view_deleted": Told(_("deleted a view")),
    "template_added": Told(_("added a template")),
    "template_changed": Told(_("changed a template")),
    "template_deleted": Told(_("deleted a template")),
    "followed": Told(_("began to follow the request")),
    "unfollowed": Told(_("no longer follows the request")),
    "rated": Told(_("said how it was"), value="score"),
    "rating_asked": Told(_("was asked how it was"), facts={"person": "person"}),
    "export_asked": Told(_("asked for their own data as a file")),
    "export_made": Told(_("got their own data as a file")),
    "journal_exported": Told(_("took the journal along as a file"), facts={"filters": "words", "rows": ""}),
}
FIELDS = {
    "channel": _("channel"),
    "requester": _("requester"),
    "to": _("to"),
    "person": _("person"),
    "author": _("author"),
    "people": _("people"),
    "unassigned": _("no longer has it"),
    "message": _("message"),
    "copies": _("copies"),
    "until": _("until"),
    "reopened_from": _("open again, it was"),
    "filters": _("filters"),
    "rows": _("lines"),
}

KINDS = {
    "status": Status,
    "priority": Priority,
    "channel": Channel,
    "audience": Audience,
    "relation": Relation,
    "writing": Writing,
    "news": News,
    "score": Score,
}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in VERBS.items():
        verbs.register(verb, told)
    for name, label in FIELDS.items():
        fields.register(name, label)
    for name, kind in KINDS.items():
        values.register(name, partial(_label, kind))
    values.register("words", lambda value: unquote_plus(str(value)))
    values.register("reason", lambda value: retold(str(value)))
    _register_things()


def _register_things() -> None:
    things.register(
        "ticket",
        Thing(
            label=_("Ticket"),
            model=Ticket,
            seen=Ticket.objects.visible_to,
            text=Concat(Cast("number", TextField()), Value(" "), "subject", output_field=TextField()),
            address=F("number"),
            url=lambda number: reverse("desk:ticket", args=[number]),
            key=lambda number: Ticket.objects.filter(number=number).values_list("pk", flat=True).first(),
        ),
    )
    called = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
    word = Coalesce("email", Cast("pk", TextField()), output_field=TextField())
    things.register(
        "person",
        Thing(
            label=_("Person"),
            model=User,
            seen=User.objects.visible_to,
            text=called,
            address=word,
            url=lambda word: _requests(requester=word),
        ),
    )
    things.register(
        "organisation",
        Thing(
            label=_("Organisation"),
            model=Organisation,
            seen=Organisation.objects.visible_to,
            text=F("name"),
            address=F("name"),
            url=lambda name: _requests(organisation=name),
        ),
    )
    things.register(
        "team",
        Thing(label=_("Team"), model=Team, seen=partial(_all, Team), text=F("name"), address=F("pk")),
    )
    for name, label, model in (("category", _("Category"), Category), ("field", _("Field"), CustomField)):
        seen = partial(_all, model)
        things.register(name, Thing(label=label, model=model, seen=seen, text=F("key"), address=F("pk")))
    things.register(
        "view",
        Thing(
            label=_("Saved view"), model=SavedView, seen=SavedView.objects.visible_to, text=F("name"), address=F("pk")
        ),
    )
    things.register(
        "template",
        Thing(label=_("Template"), model=Template, seen=Template.objects.visible_to, text=F("name"), address=F("pk")),
    )


def _all(model: Any, user: User) -> QuerySet[Any]:
    """What every auditor may know the name of."""
    found: QuerySet[Any] = model.objects.all()
    return found


def _label(kind: Any, value: Any) -> str:
    return str(dict(kind.choices).get(value, value))


def _requests(**words: str) -> str:
    return f"{reverse('desk:tickets')}?{urlencode({'status': 'any', **words})}"
