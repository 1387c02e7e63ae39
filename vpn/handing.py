"""How a bundle is answered: as a file, or as a picture on a page."""

import base64
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from helpdesk.core.http import render
from vpn.bundling import Bundle, offered
from vpn.enums import BundleFormat, Engine
from vpn.forms.taking import new_passphrase
from vpn.instructions import guides
from vpn.models import Key

HEADERS = {"Cache-Control": "no-store, private", "Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex"}
"""The page sends no path to anybody. `no-referrer` would make browsers send `Origin: null` with its own form, which no
check of the origin can tell from a stranger's."""


class Offer(NamedTuple):
    """A form in which a key can be taken, and what its button says."""

    value: BundleFormat
    label: str


def hand_out(
    request: HttpRequest, bundle: Bundle, *, wanted: BundleFormat, template: str, key: Key, **context: Any
) -> HttpResponse:
    """The file as a download; a code on the page `template`, which no cache keeps."""
    if wanted == BundleFormat.QR:
        return hushed(render(request, template, {"key": key, "picture": picture_of(bundle), **context}))
    return as_file(bundle)


def picture_of(bundle: Bundle) -> str:
    """A code as the address of a picture."""
    return f"data:image/svg+xml;base64,{base64.b64encode(bundle.content).decode()}"


def as_file(bundle: Bundle) -> HttpResponse:
    """The file as a download, which no cache keeps."""
    answer = HttpResponse(bundle.content, content_type=bundle.content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=bundle.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return hushed(answer)


def hushed(response: HttpResponse) -> HttpResponse:
    """Kept by no cache; nobody is told where it came from."""
    for name, value in HEADERS.items():
        response[name] = value
    return response


def offers(key: Key) -> dict[str, Any]:
    """What a page that hands the key out shows: the forms there are, a passphrase, what to do on each system."""
    formats = [Offer(each, _label(each, key.engine)) for each in offered(key)]
    return {"formats": formats, "passphrase": new_passphrase(), "guides": guides(key.engine)}


def _label(form: BundleFormat, engine: str) -> str:
    return _("One file (.conf)") if (form, engine) == (BundleFormat.PROFILE, Engine.WIREGUARD) else str(form.label)
