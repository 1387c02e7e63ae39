"""The whole demo in one transaction, once."""

from django.db import transaction

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.accounts.models import User
from helpdesk.operations.demo import sign_ins
from helpdesk.operations.demo.keys import hand_out
from helpdesk.operations.demo.settling import settle
from helpdesk.operations.demo.stories import stories
from helpdesk.operations.demo.telling import STRANGER, tell


def is_loaded() -> bool:
    """Whether the demo people are here already."""
    return User.objects.filter(email=sign_ins()[0].email).exists()


@transaction.atomic
def load() -> int:
    """Make people and tickets; how many tickets. Nothing is queued and no signal is sent."""
    town = settle()
    name, address = STRANGER
    stranger = find_or_create_by_address(address=address, name=name)
    administrator, agent, _contractor, customer, *_others = (
        User.objects.select_related("organisation").get(email=each.email) for each in sign_ins()
    )
    hand_out(to=agent, asked_by=administrator, open_to=customer)
    return len(tell(stories(), town=town, stranger=stranger))
