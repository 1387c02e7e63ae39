"""Where each channel of a person leads: the letter box, their browsers, their address at a gateway."""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from helpdesk.accounts.models import User
from helpdesk.notifications.actions.outbox import Outgoing
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Address, Browser


class Destinations:
    """Of people and channels at hand, read in three statements."""

    def __init__(self, groups: Iterable[tuple[int, str]]) -> None:
        people = {person for person, _channel in groups}
        self._letters = dict(User.objects.active().filter(pk__in=people).order_by("pk").values_list("pk", "email"))
        self._browsers: defaultdict[int, list[Browser]] = defaultdict(list)
        for browser in Browser.objects.filter(person__in=people).order_by("pk"):
            self._browsers[browser.person_id].append(browser)
        proven = Address.objects.filter(person__in=people, proven_at__isnull=False, gateway__is_active=True)
        self._addresses = {
            (each.person_id, f"{Channel.GATEWAY}:{each.gateway_id}"): each for each in proven.order_by("pk")
        }

    def of(self, person: int, channel: str) -> list[Outgoing]:
        """One for each place where it arrives; none for who has left, or whose address is gone by now."""
        if (not self._letters.get(person) and channel == Channel.EMAIL) or person not in self._letters:
            return []
        if channel == Channel.EMAIL:
            return [_to(person, str(self._letters[person]), "site", Channel.EMAIL)]
        if channel == Channel.PUSH:
            return [
                _to(person, f"browser:{each.pk}", push_route(each.endpoint), Channel.PUSH)
                for each in self._browsers[person]
            ]
        address = self._addresses.get((person, channel))
        return [_to(person, address.value, channel, Channel.GATEWAY)] if address else []


def push_route(endpoint: str) -> str:
    """All browsers of one push service have one way out, which rests for all of them."""
    host = (urlsplit(endpoint).hostname or "").split(".")
    return f"{Channel.PUSH}:{'.'.join(host[-2:])}"[:32]


def _to(person: int, recipient: str, route: str, channel: Channel) -> Outgoing:
    return Outgoing(purpose=Purpose.NOTICE, recipient=recipient, person_id=person, route=route, channel=channel)
