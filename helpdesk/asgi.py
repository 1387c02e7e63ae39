"""The ASGI entry point: the process that holds open connections for live events; to all else it answers as the web."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

pages = get_asgi_application()

from helpdesk.notifications.live.door import PATH, door  # noqa: E402 - Django must be loaded first


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == PATH:
        await door(scope, receive, send)
    else:
        await pages(scope, receive, send)
