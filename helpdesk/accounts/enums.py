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
    OUTSIDE = "outside", _("Identity provider")
    CODE = "code", _("Code of the second factor")
    PASSKEY = "passkey", _("Passkey")


class Way(models.TextChoices):
    """By what somebody came in."""

    PASSWORD = "password", _("password")
    LINK = "link", _("sign-in link")
    PASSKEY = "passkey", _("passkey")
    INVITATION = "invitation", _("invitation")
    OUTSIDE = "outside", _("another site")
    OTHER = "other", _("another way")


class Factor(models.TextChoices):
    """By what somebody proved themselves a second time."""

    APP = "app", _("authenticator app")
    PASSKEY = "passkey", _("passkey")
    RECOVERY = "recovery", _("recovery code")
    TRUSTED = "trusted", _("trusted browser")
    OUTSIDE = "outside", _("second factor elsewhere")


class MailTopic(models.TextChoices):
    """What a customer may want mail about, or not."""

    OWN = "own", _("Answers to my requests")
    FOLLOWED = "followed", _("Answers to requests I follow")
    ORGANISATION = "organisation", _("New requests of my company")
    SURVEYS = "surveys", _("How it was, after a request is solved")


def usual_topics() -> list[str]:
    """What everybody gets who has not chosen."""
    return [MailTopic.OWN, MailTopic.FOLLOWED, MailTopic.SURVEYS]


class SheetFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ImportState(models.TextChoices):
    """Columns are matched by a person, rows looked through, the good ones brought in."""

    MATCHING = "matching", _("Columns to match")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")


class RowState(models.TextChoices):
    """What would become of a row (good, broken) and what did (added, changed, same)."""

    GOOD = "good", _("Good")
    BROKEN = "broken", _("Broken")
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Completed")
    SAME = "same", _("Known already")


class RowFault(models.TextChoices):
    """Why a row stays out; the value is kept, the sentence is for people."""

    NO_ADDRESS = "no_address", _("There is no e-mail address.")
    BAD_ADDRESS = "bad_address", _("This is not an e-mail address: %(detail)s")
    TWICE = "twice", _("Row %(detail)s has the same e-mail address.")
    STAFF = "staff", _("The address belongs to somebody of the staff.")
    OTHER_ORGANISATION = "other_organisation", _("The person belongs to another organisation: %(detail)s")
    BAD_PHONE = "bad_phone", _("This is not a phone number: %(detail)s")
    PHONE_TAKEN = "phone_taken", _("Somebody else has this phone number: %(detail)s")
    BAD_LANGUAGE = "bad_language", _("There is no such language here: %(detail)s")
    TOO_LONG = "too_long", _("The text is too long: %(detail)s")
    TOO_MANY_CELLS = "too_many_cells", _("The row has more cells than the header.")


class ExportState(models.TextChoices):
    MAKING = "making", _("Being made")
    DONE = "done", _("Ready")
