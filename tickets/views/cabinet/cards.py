"""What stands on the cabinet's first page beside the requests; rooms above add theirs."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.permissions import manages_people
from helpdesk.core.registries import CabinetCard, cabinet_cards, frames
from tickets.views.cabinet.frame import frame


def register() -> None:
    """Fill the registry; called once when the program starts."""
    people = CabinetCard(
        title=_("People of the company"),
        text=_("Invite colleagues, remove those who left."),
        url_name="cabinet:people",
        icon="people",
        is_for=manages_people,
    )
    mine = CabinetCard(
        title=_("My page"),
        text=_("Name, language, which mail I get, my data."),
        url_name="cabinet:me",
        icon="person",
        is_for=lambda person: True,
    )
    frames.register("cabinet", frame)
    cabinet_cards.register("people", people)
    cabinet_cards.register("me", mine)
