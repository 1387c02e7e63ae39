"""What stands round every page of the cabinet, and the words in which customers read a status."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import manages_people
from helpdesk.core import readable
from helpdesk.core.registries import cabinet_links
from tickets.enums import Status

STATUS_WORDS: dict[str, Any] = {
    Status.NEW: gettext_lazy("Received"),
    Status.OPEN: gettext_lazy("In work"),
    Status.WAITING: gettext_lazy("Waiting for your answer"),
    Status.ON_HOLD: gettext_lazy("On hold"),
    Status.RESOLVED: gettext_lazy("Solved"),
    Status.CLOSED: gettext_lazy("Closed"),
}


def frame(user: User, *, current: str = "") -> dict[str, Any]:
    """The context that templates/cabinet.html reads; no statement. `current` names the part that is being shown."""
    name = str(user)
    requests = {"label": _("Requests"), "url": reverse("cabinet:requests"), "count": "", "hot": False}
    items = [{**requests, "current": current == "requests"}]
    if manages_people(user):
        people = {"label": _("People"), "url": reverse("cabinet:people"), "count": "", "hot": False}
        items.append({**people, "current": current == "people"})
    for word, link in cabinet_links.items():
        if link.is_for(user):
            url = reverse(link.url_name)
            items.append({"label": link.label, "url": url, "count": "", "hot": False, "current": current == word})
    return {
        "rail": [{"items": items}],
        "person": {
            "name": name,
            "initials": readable.initials(name),
            "hue": readable.hue(user.email or name),
            "theme": user.theme,
            "page": reverse("cabinet:me"),
            "journal": "",
        },
        "upload_bytes": settings.UPLOAD_MAX_BYTES,
        "upload_size": readable.size(settings.UPLOAD_MAX_BYTES),
    }
