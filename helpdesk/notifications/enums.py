"""Fixed sets of the notifications room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    HELD = "held", _("Held")
    BOUNCED = "bounced", _("Bounced")
    CANCELLED = "cancelled", _("Cancelled")


class Channel(models.TextChoices):
    """The ways by which people are told. What leaves the house are rows of the outbox; the desk's list is none."""

    DESK = "desk", _("List in the desk")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Browser")
    GATEWAY = "gateway", _("Messenger")


class Rhythm(models.TextChoices):
    """How often letters with notices come."""

    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("Once an hour")
    DAILY = "daily", _("Once a day")


class Purpose(models.TextChoices):
    """Why something is sent. Everything but a person's own words counts against the automatic budget."""

    REPLY = "reply", _("Reply")
    FORWARD = "forward", _("Forward")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    NOTICE = "notice", _("Notice")
    INVITATION = "invitation", _("Invitation")
    SURVEY = "survey", _("Survey")
    SIGN_IN_LINK = "sign_in_link", _("Sign-in link")
    SECURITY = "security", _("Security")
    ALERT = "alert", _("Alert")
    CODE = "code", _("Code for an address")
    VPN_KEY = "vpn_key", _("VPN key")


AUTOMATIC = frozenset({Purpose.ACKNOWLEDGEMENT, Purpose.NOTICE, Purpose.SURVEY})
WAITED_FOR = frozenset(
    {
        *(Purpose.REPLY, Purpose.FORWARD),
        *(Purpose.SIGN_IN_LINK, Purpose.INVITATION, Purpose.SECURITY, Purpose.CODE, Purpose.VPN_KEY),
        Purpose.ALERT,
    }
)
"""Somebody waits for them: they go before whatever the program says by itself, however much of that is due."""
SEALED = frozenset({Purpose.SIGN_IN_LINK, Purpose.INVITATION, Purpose.SECURITY, Purpose.CODE, Purpose.VPN_KEY})
"""They carry a secret: it is wiped when the mail is out or given up."""
