"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, and the colours that who is signed in chose ("" for strangers: their browser remembers)."""
    return {"site_name": settings.SITE_NAME, "chosen_theme": getattr(getattr(request, "user", None), "theme", "")}
