"""The occasions on which those who issue keys are told of wishes, and what is said then."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.notifications import registries
from helpdesk.notifications.enums import Channel
from vpn.models import KeyRequest

ASKED = "vpn_key_asked"


def register() -> None:
    """Called once when the program starts."""
    places = {
        "who": "Clara Weiss",
        "device": "laptop",
        "server": gettext_lazy("Office"),
        "words": gettext_lazy("I work from home on Fridays."),
        "what": gettext_lazy("Clara Weiss asks for a VPN key to Office"),
    }
    label, ways = gettext_lazy("Somebody asks for a VPN key"), frozenset({Channel.DESK, Channel.EMAIL})
    registries.occasions.register(ASKED, registries.Occasion(label, ways, places, "{{ what }}", "{{ words }}"))


def facts_of(wish: KeyRequest, reader: User) -> dict[str, str]:
    """By the names that wordings use, in the reader's language."""
    facts = {"who": str(wish.person), "device": wish.device_name, "server": wish.server.name, "words": wish.reason}
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        what = _("%(name)s asks for a VPN key to %(server)s") % {"name": facts["who"], "server": facts["server"]}
    return facts | {"what": what}
