"""What sites ask us for themselves: no person looks at this."""

from typing import Any

from allauth.idp.oidc.internal.oauthlib.utils import extract_params
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from helpdesk.accounts.sso.sites.issuer import description
from helpdesk.accounts.sso.sites.server import Server
from helpdesk.accounts.sso.sites.signing import key_set
from helpdesk.accounts.sso.sites.validator import Validator

PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}


@login_not_required
@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """`/.well-known/openid-configuration`."""
    return JsonResponse(description(), headers=PUBLIC)


@login_not_required
@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The public halves of the keys that signed what has not run out yet."""
    return JsonResponse({"keys": key_set()}, headers=PUBLIC)


@csrf_exempt
@login_not_required
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """New tokens for a code or a refresh token. It is one transaction: what is spent is spent with the answer."""
    try:
        with transaction.atomic():
            return _answer(Server(Validator()).create_token_response(*extract_params(request)))
    except OAuth2Error as error:
        return _refusal(error)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Whom an access token speaks of; 401 from the moment the visit ended."""
    try:
        return _answer(Server(Validator()).create_userinfo_response(*extract_params(request)))
    except OAuth2Error as error:
        return _refusal(error)


@csrf_exempt
@login_not_required
@require_POST
def revocation(request: HttpRequest) -> HttpResponse:
    """RFC 7009: a site gives a token back. 200 also for one that is nothing."""
    with transaction.atomic():
        return _answer(Server(Validator()).create_revocation_response(*extract_params(request)))


def _answer(answered: tuple[dict[str, str], Any, int]) -> HttpResponse:
    headers, body, status = answered
    return HttpResponse(body or "", status=status, headers={"Content-Type": "application/json", **headers})


def _refusal(error: OAuth2Error) -> HttpResponse:
    return HttpResponse(error.json, status=error.status_code, headers={**error.headers})
