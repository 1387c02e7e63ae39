"""What the journal's lines about directories say."""

from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Told, fields, verbs

OF = {"directory": ""}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in {
        "directory_added": Told(_("added a directory")),
        "directory_changed": Told(_("changed a directory")),
        "grouprule_added": Told(_("mapped a group of a directory")),
        "grouprule_changed": Told(_("changed the mapping of a group")),
        "grouprule_removed": Told(_("took the mapping of a group away")),
        "directory_approved": Told(_("let the directory be read by itself")),
        "directory_run_asked": Told(_("had the directory read")),
        "directory_run_done": Told(_("the directory was read"), facts={"counts": ""}),
        "directory_run_stopped": Told(_("the reading of the directory stopped"), facts={"reason": "reason"}),
        "directory_run_failed": Told(_("the directory could not be read"), facts={"reason": "reason"}),
        "directory_person_added": Told(_("came from the directory"), facts=OF),
        "directory_person_linked": Told(_("belongs to the directory from now on"), facts=OF),
        "directory_person_changed": Told(_("changed in the directory"), facts=OF),
        "directory_teams_changed": Told(_("teams were changed by the directory"), value="team"),
    }.items():
        verbs.register(verb, told)
    for name, label in {
        "directory": _("directory"),
        "counts": _("counts"),
        "email": _("e-mail"),
        "phone": _("phone"),
        "login": _("login name"),
        "title": _("job title"),
        "dn": _("place in the directory (DN)"),
    }.items():
        fields.register(name, label)
