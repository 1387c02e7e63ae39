"""What is to be done with chosen tickets."""

from uuid import UUID, uuid4, uuid5

from django.http import QueryDict
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused
from tickets.actions.status import tags_of
from tickets.enums import Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.queries import colleagues_for, teams_for


def numbers_of(params: QueryDict) -> list[int]:
    """The chosen tickets; what is no number is left out."""
    return [int(word) for word in params.getlist("ticket") if word.isascii() and word.isdigit() and len(word) < 19]


def key_of(params: QueryDict, *, path: str) -> UUID:
    """One key for the same form sent twice to one address, another for anything else said in it."""
    try:
        form = UUID(params.get("key", ""))
    except ValueError:
        return uuid4()
    said = sorted((name, value) for name, values in params.lists() for value in values if name != "csrfmiddlewaretoken")
    return uuid5(form, repr((path, said)))


def assignee_of(params: QueryDict, *, by: User) -> User | None:
    """`me`, the key of a colleague, or `none`. Raises Refused."""
    word = params.get("assignee", "")
    if word in ("me", "none"):
        return by if word == "me" else None
    found = colleagues_for(by).filter(pk=_key(word)).first()
    if found is None:
        raise Refused(_("There is nobody like that to give the ticket to."))
    return found


def team_of(params: QueryDict, *, by: User) -> Team | None:
    """The key of a team, or `none`. Raises Refused."""
    word = params.get("team", "")
    found = None if word == "none" else teams_for(by).filter(pk=_key(word)).first()
    if found is None and word != "none":
        raise Refused(_("There is no such team."))
    return found


def status_of(params: QueryDict) -> str:
    """Raises Refused."""
    word = params.get("status", "")
    if word not in Status.values:
        raise Refused(_("There is no such status."))
    return word


def priority_of(params: QueryDict) -> Priority:
    """Raises Refused."""
    found = {word: Priority(value) for value, word in PRIORITY_WORDS.items()}.get(params.get("priority", ""))
    if found is None:
        raise Refused(_("There is no such priority."))
    return found


def some_tags_of(params: QueryDict) -> list[str]:
    """The words, separated by commas or white space, as tags. Raises Refused when there are none."""
    found = tags_of(params.get("tags", "").replace(",", " ").split())
    if not found:
        raise Refused(_("Write at least one tag."))
    return found


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0
