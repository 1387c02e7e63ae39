"""How the house words its notices."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.models import Wording
from helpdesk.notifications.permissions import can_choose_for_teams
from helpdesk.notifications.registries import occasions
from helpdesk.notifications.wording import unknown_in


@transaction.atomic
def keep(*, wording: Wording, by: User) -> Wording:
    """Keep a wording as it is filled in; one line in the journal. Raises NotAllowed; Refused for an occasion or a
    language that there is not, no title, or a name in braces that the occasion does not have."""
    ensure(can_choose_for_teams(by))
    if wording.occasion not in occasions or wording.language not in dict(settings.LANGUAGES):
        raise Refused(_("There is no such choice. Choose from the list."))
    if not wording.title.strip():
        raise Refused(_("Give the notice a title."))
    ensure_known(wording.title + wording.text, occasion=wording.occasion)
    wording.save()
    record(verb="wording_kept", subject=wording, by=by, occasion=wording.occasion, language=wording.language)
    return wording


@transaction.atomic
def remove(*, wording: Wording, by: User) -> None:
    """Back to the program's own words. Raises NotAllowed."""
    ensure(can_choose_for_teams(by))
    record(verb="wording_removed", subject=wording, by=by, occasion=wording.occasion, language=wording.language)
    wording.delete()


def ensure_known(text: str, *, occasion: str) -> None:
    """Raises Refused."""
    if unknown := unknown_in(text, occasion=occasion):
        raise Refused(
            _("Nothing is called %(names)s here. These are known: %(known)s.")
            % {
                "names": ", ".join(f"{{{{ {name} }}}}" for name in unknown),
                "known": ", ".join(f"{{{{ {name} }}}}" for name in occasions[occasion].places),
            }
        )
