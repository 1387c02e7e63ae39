"""Templates as they are looked for while writing."""

from helpdesk.accounts.models import User
from tickets.models import Template

MOST_OFFERED = 200


def templates_for(user: User, *, kind: str, words: str = "") -> list[Template]:
    """Those that this person may use for this kind of writing, at most MOST_OFFERED: the one whose shortcut the words
    are first, then those whose shortcut begins with them, then those with all the words in name or shortcut."""
    wanted = words.casefold()
    found = Template.objects.visible_to(user).fitting(kind).by_name()[:MOST_OFFERED]
    fitting = [each for each in found if _fits(each, wanted)]
    return sorted(fitting, key=lambda each: (each.shortcut != wanted, not each.shortcut.startswith(wanted)))


def _fits(template: Template, wanted: str) -> bool:
    called = f"{template.shortcut} {template.name}".casefold()
    return all(word in called for word in wanted.split())
