"""What health, metrics and the watch see of servers."""

from collections.abc import Callable

from django.db.models import Min
from django.utils import timezone

from helpdesk.core.registries import QueueState
from vpn.enums import Engine
from vpn.models import Ending, Host
from vpn.servers.troubles import About, all_troubles


def state_of(about: About) -> Callable[[], QueueState]:
    """Waiting: the hosts in use. Failed: what is wrong with them."""

    def measure() -> QueueState:
        hosts = Host.objects.watched()
        if about != About.HOST:
            hosts = hosts.filter(server__engine=Engine.OPENVPN)
        return QueueState(waiting=hosts.count(), failed=len(reasons_of(about)()), oldest_seconds=0.0)

    return measure


def reasons_of(about: About) -> Callable[[], list[str]]:
    """The same in sentences."""
    return lambda: [each.words for each in all_troubles() if each.about == about]


def endings_state() -> QueueState:
    """Sessions that are to be ended, and for how long the oldest has been."""
    found = Ending.objects.due().order_by().filter(server__is_active=True).aggregate(oldest=Min("asked_at"))
    waiting = Ending.objects.due().filter(server__is_active=True).count()
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return QueueState(waiting=waiting, failed=0, oldest_seconds=max(age, 0.0))
