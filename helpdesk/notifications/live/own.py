"""What concerns one person alone, whichever page of theirs is open: that their unread notices are others."""

from collections.abc import Iterable, Mapping, Sequence

from helpdesk.notifications.live.channels import own_channel, things
from helpdesk.notifications.live.happenings import Change, tell

THING = "notices"


def register() -> None:
    things.register(THING, changes_of)


def tell_bell(people: Iterable[int]) -> None:
    """The pages of people with these keys show another number beside the bell, once the transaction has committed."""
    tell(THING, dict.fromkeys(people))


def changes_of(keys: Sequence[str]) -> Mapping[str, Change]:
    """The keys are those of people. No statement."""
    return {key: Change(THING, frozenset({own_channel(key)})) for key in keys}
