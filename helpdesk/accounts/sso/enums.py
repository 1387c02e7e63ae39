"""Fixed sets of single sign-on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a site may ask to know."""

    OPENID = "openid", _("that it is you")
    PROFILE = "profile", _("your name, language and time zone")
    EMAIL = "email", _("your e-mail address")
    ROLES = "roles", _("your role and your teams")
    ORGANISATION = "organisation", _("your company")
    OFFLINE = "offline_access", _("all this while you are away, until you sign out")


class Ending(models.TextChoices):
    """Why a visit ended."""

    SIGNED_OUT = "signed_out", _("signed out")
    ENDED_BY_PERSON = "by_person", _("ended by the person")
    ACCESS_ENDED = "access", _("access ended")
    SESSION_GONE = "session", _("the session ended")
    REPLAYED = "replayed", _("a key was used twice")
    SITE_OFF = "site_off", _("the site was switched off")


class NoticeState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    GIVEN_UP = "given_up", _("Given up")


class Kind(models.TextChoices):
    """The language of an identity provider."""

    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML 2.0"


class Purpose(models.TextChoices):
    """What somebody was sent to an identity provider for."""

    ENTER = "enter", _("sign in")
    LINK = "link", _("link")
