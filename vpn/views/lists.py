"""Revocation lists, for everybody: VPN hosts fetch them, and whoever is given a certificate may look."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from vpn.models import RevocationList


def _newest(request: HttpRequest, slug: str) -> RevocationList | None:
    return RevocationList.objects.filter(authority__slug=slug).order_by("-number").first()


def _tag(request: HttpRequest, slug: str) -> str | None:
    found = _newest(request, slug)
    return f'"{hashlib.sha256(found.pem.encode()).hexdigest()}"' if found else None


@login_not_required
@require_safe
@condition(etag_func=_tag)
def revocation_list_pem(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest list as PEM."""
    return _answer(_found(request, slug).pem.encode(), "application/x-pem-file")


@login_not_required
@require_safe
@condition(etag_func=_tag)
def revocation_list_der(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as DER (RFC 5280, 4.2.1.13 and RFC 2585, 4)."""
    content = x509.load_pem_x509_crl(_found(request, slug).pem.encode()).public_bytes(Encoding.DER)
    return _answer(content, "application/pkix-crl")


def _found(request: HttpRequest, slug: str) -> RevocationList:
    found = _newest(request, slug)
    if found is None:
        raise Http404
    return found


def _answer(content: bytes, content_type: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": "public, no-cache"})
