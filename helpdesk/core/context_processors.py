"""What every page knows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from helpdesk.core.http import words_sent


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the colours that who is signed in chose ("" for strangers: their browser remembers), and for
    pages of errors the words that came with the request."""
    chosen_theme = getattr(getattr(request, "user", None), "theme", "")
    return {"site_name": settings.SITE_NAME, "chosen_theme": chosen_theme, "words_sent": partial(words_sent, request)}
