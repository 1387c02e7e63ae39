"""What every page knows."""

import json
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from helpdesk.core.http import words_sent


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the colours that who is signed in chose ("" for strangers: their browser remembers), their keys
    as scripts read them ("" for the usual ones), as whom an administrator sees (None: as themselves), and for pages of
    errors the words that came with the request."""
    user = getattr(request, "user", None)
    own_keys = getattr(user, "own_keys", {})
    return {
        "site_name": settings.SITE_NAME,
        "chosen_theme": getattr(user, "theme", ""),
        "chosen_keys": (json.dumps(own_keys) if own_keys else "") if getattr(user, "has_keys", True) else "off",
        "seeing": getattr(request, "seeing", None),
        "words_sent": partial(words_sent, request),
    }
