"""What the JSON of this room looks like, and how things of ours become it."""

from datetime import datetime

from ninja import Schema

from helpdesk.accounts.models import Note, Organisation, User


class OrganisationName(Schema):
    id: int
    name: str

    @classmethod
    def of(cls, row: Organisation | None) -> "OrganisationName | None":
        return cls(id=row.pk, name=row.name) if row else None


class OrganisationOut(Schema):
    id: int
    name: str
    domains: list[str]
    created_at: datetime


class OrganisationPage(Schema):
    items: list[OrganisationOut]
    next: str | None


class ContactPointOut(Schema):
    """`is_bouncing`: mail to the address failed for good, nothing is sent there."""

    id: int
    kind: str
    value: str
    is_verified: bool
    is_bouncing: bool


class CustomerOut(Schema):
    id: int
    name: str
    email: str | None
    role: str
    organisation: OrganisationName | None
    language: str
    time_zone: str
    is_active: bool
    contact_points: list[ContactPointOut]


class CustomerPage(Schema):
    items: list[CustomerOut]
    next: str | None


class NoteOut(Schema):
    """What staff wrote down about a customer or an organisation, for each other."""

    id: int
    text: str
    author: str
    created_at: datetime
    edited_at: datetime | None


class NotePage(Schema):
    items: list[NoteOut]
    next: str | None


def organisation_out(row: Organisation) -> OrganisationOut:
    return OrganisationOut(id=row.pk, name=row.name, domains=row.domains, created_at=row.created_at)


def customer_out(row: User) -> CustomerOut:
    """`row` comes with its organisation and contact points."""
    points = [
        ContactPointOut(
            id=point.pk,
            kind=point.kind,
            value=point.value,
            is_verified=point.verified_at is not None,
            is_bouncing=point.bounced_at is not None,
        )
        for point in row.contact_points.all()
    ]
    return CustomerOut(
        id=row.pk,
        name=row.name,
        email=row.email,
        role=row.role,
        organisation=OrganisationName.of(row.organisation),
        language=row.language,
        time_zone=row.time_zone,
        is_active=row.is_active,
        contact_points=points,
    )


def note_out(row: Note) -> NoteOut:
    """`row` comes with its author."""
    return NoteOut(id=row.pk, text=row.text, author=str(row.author), created_at=row.created_at, edited_at=row.edited_at)
