"""Fixed sets of the accounts room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is here; `capabilities.ROLES` says what each may do."""

    AGENT = "agent", _("Agent")
    LINE_LEAD = "line_lead", _("Line lead")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    SALES = "sales", _("Sales")
    ACCOUNTANT = "accountant", _("Accountant")
    CONTRACTOR = "contractor", _("Contractor")
    ADMINISTRATOR = "administrator", _("Administrator")
    CUSTOMER = "customer", _("Customer")
    CUSTOMER_MANAGER = "customer_manager", _("Customer manager")


CUSTOMER_ROLES = frozenset({Role.CUSTOMER, Role.CUSTOMER_MANAGER})


class Line(models.IntegerChoices):
    """The support line a team works on."""

    FIRST = 1, _("Line 1")
    SECOND = 2, _("Line 2")
    THIRD = 3, _("Line 3")


class ContactKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Door(models.TextChoices):
    """Where strangers may try their luck."""

    PASSWORD = "password", _("Password")
    LINK = "link", _("Sign-in link")
    INVITATION = "invite", _("Invitation")


class MailTopic(models.TextChoices):
    """What a customer may want mail about, or not."""

    OWN = "own", _("Answers to my requests")
    FOLLOWED = "followed", _("Answers to requests I follow")
    ORGANISATION = "organisation", _("New requests of my company")
    SURVEYS = "surveys", _("How it was, after a request is solved")


def usual_topics() -> list[str]:
    """What everybody gets who has not chosen."""
    return [MailTopic.OWN, MailTopic.FOLLOWED, MailTopic.SURVEYS]
