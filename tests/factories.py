"""Things for tests, without surprises: every factory makes the plainest valid thing of its kind."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from helpdesk.accounts.directory.models import Directory, GroupRule
from helpdesk.accounts.enums import ContactKind, Line, Role
from helpdesk.accounts.models import ContactPoint, Grant, Organisation, Team, User
from tickets.enums import Audience, Channel, FieldKind, MessageKind, Status
from tickets.mail.models import Mailbox
from tickets.models import Category, CustomField, Message, Participant, SavedView, Template, Ticket


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    domains = factory.List([])


class UserFactory(DjangoModelFactory):
    """A customer; `password` makes them able to sign in with it. Their address is a contact point as well."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@shop.example")
    role = Role.CUSTOMER

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        if extracted:
            self.set_password(extracted)
        else:
            self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def contact_point(self, create, extracted, **kwargs):
        if create and self.email:
            ContactPoint.objects.create(user=self, kind=ContactKind.EMAIL, value=self.email)


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda n: f"agent{n}@helpdesk.example")
    role = Role.AGENT


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    line = Line.FIRST


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    contractor = factory.SubFactory(StaffFactory, role=Role.CONTRACTOR)
    team = factory.SubFactory(TeamFactory)


class DirectoryFactory(DjangoModelFactory):
    """A directory that is not asked: nobody switched it on."""

    class Meta:
        model = Directory

    name = factory.Sequence(lambda n: f"Directory {n}")
    uris = factory.List(["ldaps://localhost"])
    person_bases = factory.List(["ou=people,dc=corp,dc=example"])


class GroupRuleFactory(DjangoModelFactory):
    class Meta:
        model = GroupRule

    directory = factory.SubFactory(DirectoryFactory)
    group_dn = factory.Sequence(lambda n: f"cn=group{n},dc=corp,dc=example")


class TicketFactory(DjangoModelFactory):
    class Meta:
        model = Ticket

    subject = factory.Sequence(lambda n: f"Request {n}")
    requester = factory.SubFactory(UserFactory)
    organisation = factory.LazyAttribute(lambda ticket: ticket.requester.organisation)
    status = Status.OPEN
    channel = Channel.MAIL
    resolved_at = factory.LazyAttribute(lambda t: timezone.now() if t.status in ("resolved", "closed") else None)
    closed_at = factory.LazyAttribute(lambda t: timezone.now() if t.status == "closed" else None)
    created_at = factory.LazyFunction(timezone.now)
    active_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        ticket = super()._create(model_class, *args, **kwargs)
        ticket.refresh_from_db(fields=["number"])
        return ticket


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    ticket = factory.SubFactory(TicketFactory)
    kind = MessageKind.INBOUND
    channel = Channel.MAIL
    author = factory.LazyAttribute(lambda message: message.ticket.requester)
    from_name = factory.LazyAttribute(lambda message: message.author.name)
    from_address = factory.LazyAttribute(lambda message: message.author.email or "")
    text = "The basket is empty after signing in."
    html = "<p>The basket is empty after signing in.</p>"


class CategoryFactory(DjangoModelFactory):
    """What customers may choose, going to no team."""

    class Meta:
        model = Category

    key = factory.Sequence(lambda n: f"category-{n}")
    name = factory.LazyAttribute(lambda category: {"en": category.key.capitalize()})


class CustomFieldFactory(DjangoModelFactory):
    """A line of text that customers see and nobody has to fill in; in the `categories` that are given."""

    class Meta:
        model = CustomField
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"field_{n}")
    label = factory.LazyAttribute(lambda field: {"en": field.key.capitalize()})
    kind = FieldKind.TEXT

    @factory.post_generation
    def categories(self, create, extracted, **kwargs):
        if create and extracted:
            self.categories.set(extracted)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    ticket = factory.SubFactory(TicketFactory)
    user = factory.SubFactory(UserFactory)


class SavedViewFactory(DjangoModelFactory):
    """The waiting tickets, under a name, for its owner alone."""

    class Meta:
        model = SavedView

    owner = factory.SubFactory(StaffFactory)
    name = factory.Sequence(lambda n: f"View {n}")
    criteria = "status=waiting"
    audience = Audience.PRIVATE


class TemplateFactory(DjangoModelFactory):
    """A greeting for answers and notes, for its owner alone."""

    class Meta:
        model = Template

    owner = factory.SubFactory(StaffFactory)
    name = factory.Sequence(lambda n: f"Template {n}")
    text = factory.LazyFunction(lambda: {"en": "Hello {{ customer.name }},"})


class MailboxFactory(DjangoModelFactory):
    class Meta:
        model = Mailbox

    name = factory.Sequence(lambda n: f"Support {n}")
    address = factory.Sequence(lambda n: f"support{n}@helpdesk.example")
    from_name = "Helpdesk"
