"""What the demo keeps of its customers' servers: made-up hosts and made-up secrets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from helpdesk.operations.demo.doors import open_door
from helpdesk.operations.demo.settling import Town
from tickets.models import Ticket
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.entries import EntryDetails, add_entry
from vpn.hosting.actions.granting import grant
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import EntryKind, SecretKind, Source

KEEPER, CUSTOMER = "greta@helpdesk.example", "clara@shop.example"
CHECKOUT = "Checkout returns 502 after the payment step"


class Place(NamedTuple):
    """An entry and the secrets in it: kind, label, value."""

    details: EntryDetails
    secrets: tuple[tuple[SecretKind, str, str], ...]


PLACES = (
    Place(
        EntryDetails(
            kind=EntryKind.SERVER,
            name="Shop, web server",
            host="web1.shop.example",
            login="deploy",
            how_to_get_there="By our VPN, then over jump.shop.example.\nThe firewall lets nobody else in.",
            notes="Releases on Tuesdays. Never restart PHP between 18:00 and 22:00.",
        ),
        (
            (SecretKind.PASSWORD, "sudo", "correct-horse-battery-staple"),
            (
                SecretKind.SSH_KEY,
                "deploy key",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nmade up for the demo\n-----END OPENSSH PRIVATE KEY-----\n",
            ),
        ),
    ),
    Place(
        EntryDetails(
            kind=EntryKind.PANEL,
            name="Hosting panel",
            host="panel.shop.example",
            url="https://panel.shop.example:1500/",
            login="nordlicht",
            needs_proof=True,
        ),
        ((SecretKind.PASSWORD, "nordlicht", "wind-in-the-reeds-27"),),
    ),
    Place(
        EntryDetails(
            kind=EntryKind.DATABASE,
            name="Database of the shop",
            host="db1.shop.example",
            login="shop",
            needs_four_eyes=True,
            notes="Orders of real customers: read, don't write.",
        ),
        ((SecretKind.PASSWORD, "shop", "seven-quiet-herons"),),
    ),
    Place(
        EntryDetails(
            kind=EntryKind.SHOP, name="Administration of the shop", url="https://shop.example/admin/", login="studio"
        ),
        ((SecretKind.PASSWORD, "studio", "paper-lantern-1904"), (SecretKind.TOKEN, "API", "shp_made_up_0815")),
    ),
)


def fill_vault(tickets: Mapping[str, Ticket], *, town: Town) -> None:
    """Entries of one company, a look at one of them for its ticket, a panel that answered, a grant, a link."""
    keeper, anna = town.people[KEEPER], town.people["anna@helpdesk.example"]
    clara, oleg = town.people[CUSTOMER], town.people["oleg@contractor.example"]
    company = clara.organisation
    assert company is not None, "Clara works for a company"
    entries = [add_entry(organisation=company, details=place.details, by=keeper) for place in PLACES]
    put = [
        put_in(entry=entry, kind=kind, label=label, value=value, by=keeper, source=Source.DESK)
        for entry, place in zip(entries, PLACES, strict=True)
        for kind, label, value in place.secrets
    ]
    ticket = tickets[CHECKOUT]
    reveal(secret=put[0], by=anna, reason=f"#{ticket.number}: {ticket.subject}", ticket=ticket)
    panel = next(each for each in put if each.entry.kind == EntryKind.PANEL)
    open_door(panel, keeper=keeper, agent=anna, ticket=ticket)
    until = timezone.now() + timedelta(days=14)
    grant(entry=entries[0], user=oleg, until=until, reason="The new checkout", by=keeper)
    make_link(organisation=company, asked="Password of the mail server", by=anna)
