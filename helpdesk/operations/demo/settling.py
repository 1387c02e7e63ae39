"""Making the demo's people: teams, staff, companies, customers, mailboxes."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Grant, Organisation, Team, User
from helpdesk.operations.demo import PASSWORD
from helpdesk.operations.demo.canned import make_templates
from helpdesk.operations.demo.categories import make_categories
from helpdesk.operations.demo.people import COMPANIES, GRANTS, PRIVATE, STAFF, TEAMS, Company
from tickets.mail.models import Mailbox

SIGNATURE = "Helpdesk\nYour web studio"


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody by address, teams by name, who is in each team, the mailboxes by team."""

    people: dict[str, User]
    teams: dict[str, Team]
    members: dict[str, list[User]]
    mailboxes: dict[str, Mailbox]


def settle() -> Town:
    """Write them; one password hash for all, because making one takes as long as everything else together."""
    teams = {
        team.name: team for team in Team.objects.bulk_create([Team(name=n, line=line) for n, line in TEAMS.items()])
    }
    organisations = Organisation.objects.bulk_create(
        [Organisation(name=company.name, domains=[company.domain]) for company in COMPANIES]
    )
    password = make_password(PASSWORD)
    users = _staff(password)
    for company, organisation in zip(COMPANIES, organisations, strict=True):
        users += _customers(company, organisation, password)
    users += [User(name=name, email=email, language="en", password=password) for name, email in PRIVATE]
    people = {user.email or "": user for user in User.objects.bulk_create(users)}
    now = timezone.now()
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(user=user, kind=ContactKind.EMAIL, value=email, verified_at=now)
            for email, user in people.items()
        ]
    )
    members = {name: [people[each.email] for each in STAFF if name in each.teams] for name in TEAMS}
    for name, found in members.items():
        teams[name].members.set(found)
    Grant.objects.bulk_create([Grant(contractor=people[email], team=teams[name]) for email, name in GRANTS.items()])
    make_categories(teams)
    make_templates(next(each for each in people.values() if each.role == Role.LINE_LEAD))
    return Town(people=people, teams=teams, members=members, mailboxes=_mailboxes(teams))


def _staff(password: str) -> list[User]:
    return [
        User(
            name=each.name,
            email=each.email,
            role=each.role,
            language=each.language,
            time_zone="Europe/Berlin",
            password=password,
        )
        for each in STAFF
    ]


def _customers(company: Company, organisation: Organisation, password: str) -> list[User]:
    return [
        User(
            name=name,
            email=f"{local}@{company.domain}",
            role=Role.CUSTOMER_MANAGER if index == 0 and company.domain != "stranger.example" else Role.CUSTOMER,
            organisation=organisation,
            language=company.language,
            time_zone=company.zone,
            password=password,
        )
        for index, (name, local) in enumerate(company.people)
    ]


def _mailboxes(teams: dict[str, Team]) -> dict[str, Mailbox]:
    support = Mailbox.objects.create(
        name="Support",
        address="support@helpdesk.example",
        from_name="Helpdesk",
        team=teams["Support"],
        signature=SIGNATURE,
        is_default=True,
    )
    billing = Mailbox.objects.create(
        name="Billing",
        address="billing@helpdesk.example",
        from_name="Helpdesk",
        team=teams["Billing"],
        signature=SIGNATURE,
    )
    return {name: billing if name == "Billing" else support for name in teams}
