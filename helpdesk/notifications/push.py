"""Handing notices to browsers: encrypted for each of them (RFC 8291), signed with our key (VAPID, RFC 8292)."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.core import outgoing
from helpdesk.core.errors import Refused
from helpdesk.core.outgoing import AddressForbidden, OutgoingError
from helpdesk.notifications.answers import Deferred, Rejected, RouteTrouble
from helpdesk.notifications.models import Browser, Delivery, PushKey
from helpdesk.notifications.notices import still_told
from helpdesk.notifications.registries import Withdrawn

KEPT_SECONDS = 24 * 3600
"""So long a push service keeps what it can't hand over yet."""
SIGNED_FOR = 12 * 3600
"""Seconds that a signature is good; services take at most a day (RFC 8292, section 2)."""
MOST_TEXT = 300
"""Characters: the whole is to stay below the 4,096 bytes that every service takes (RFC 8030, section 7.2)."""
GONE = (404, 410)


def carry(row: Delivery) -> None:
    """Raises RouteTrouble, Deferred, Rejected, Withdrawn."""
    browser = Browser.objects.filter(pk=int(row.recipient.partition(":")[2]), person=row.person_id).first()
    if browser is None:
        raise Withdrawn("this browser takes no notices any more")
    body, headers = sealed(browser, told(row))
    try:
        answer = outgoing.post(browser.endpoint, body=body, headers=headers, cuts=True)
    except AddressForbidden as refusal:
        raise Rejected(str(refusal)) from refusal
    except OutgoingError as trouble:
        raise RouteTrouble(str(trouble)) from trouble
    if answer.status in GONE:
        browser.delete()
        raise Withdrawn("this browser takes no notices any more")
    if answer.is_good:
        return
    said = f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}".strip()
    if answer.status == 429:
        raise Deferred(said, status="429")
    if answer.status >= 500:
        raise RouteTrouble(said, status=str(answer.status))
    raise Rejected(said, status=str(answer.status))


def told(row: Delivery) -> dict[str, Any]:
    """What the browser shows. `tag`: a second notice of the same thing takes the place of the first."""
    content = still_told(row)
    text = "\n".join(each["title"] for each in content["items"]) if "items" in content else content["text"]
    return {
        "title": content["title"],
        "text": text[:MOST_TEXT],
        "url": settings.SITE_URL + content["path"],
        "tag": f"{row.subject_type_id}.{row.subject_id}",
    }


def sealed(browser: Browser, said: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body and headers of one push."""
    from py_vapid import Vapid02  # noqa: PLC0415 - only who pushes waits for it to load
    from pywebpush import WebPusher  # noqa: PLC0415 - likewise, half a second

    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    pusher = WebPusher({"endpoint": browser.endpoint, "keys": keys})
    body = pusher.encode(json.dumps(said, ensure_ascii=False).encode(), content_encoding="aes128gcm")["body"]
    service = urlsplit(browser.endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}",
        "exp": int(time.time()) + SIGNED_FOR,
    }
    key = PushKey.objects.first()
    if key is None:
        raise Refused("there is no key of web push any more: let the browser be set up again")
    signed = Vapid02.from_pem(key.private.encode()).sign(claims)
    return bytes(body), {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "normal",
        **signed,
    }
