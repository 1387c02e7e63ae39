"""How allauth works here: who may come in by a password, what stands between that and being in, what is noted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from helpdesk.accounts.actions import arrivals, attempts, browsers, refusals
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import Door, Way
from helpdesk.accounts.models import User
from helpdesk.accounts.stepping_up import factor_of, note_proof
from helpdesk.core.middleware import client_address

BROWSER_COOKIE = "browser"


def browser_secret(request: HttpRequest) -> str:
    """What this browser holds to be known again; "" for one that was never signed in."""
    return request.COOKIES.get(BROWSER_COOKIE, "")


def agent_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: customers come by mail or invitation, staff by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The active person of this address and password, whichever backend knows it. Raises TooManyAttempts.

        Whoever is unknown, switched off or without a password costs the same one hash. No backend is asked without a
        password: some directories take that for a sign-in by nobody (RFC 4513, section 5.1.2).
        """
        typed, address = str(credentials.get("email", "")), client_address(request)
        known = browsers.known_to(typed, browser_secret(request))
        try:
            attempt = attempts.begin(door=Door.PASSWORD, about=typed, address=address, browser=known)
        except TooManyAttempts:
            self._refuse(request, typed, "limit")
            raise
        has_password = bool(str(credentials.get("password", "")).strip("\0"))
        found = super().authenticate(request, **credentials) if has_password else None
        if not isinstance(found, User) or not found.is_active:
            self._refuse(request, typed, "password" if found is None else "inactive")
            return None
        attempts.succeed(attempt=attempt)
        return found

    def pre_login(self, request: HttpRequest, user: User, **others: Any) -> HttpResponse | None:
        """Whoever else is signed in here is signed out, and nothing of theirs stays."""
        if request.user.is_authenticated and request.user.pk != user.pk:
            logout(request)
        answer: HttpResponse | None = super().pre_login(request, user, **others)
        return answer

    def get_login_stages(self) -> list[str]:
        """One thing stands between a first proof and being in, whatever that was."""
        return ["helpdesk.accounts.stages.SecondFactorStage"]

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **others: Any
    ) -> HttpResponse:
        """The person is in. Their browser is known from now on."""
        facts = signal_kwargs or {}
        answer: HttpResponse = super().post_login(request, user, signal_kwargs=signal_kwargs, **others)
        way, factor = facts.get("way", Way.OUTSIDE), factor_of(request.session, user)
        secret = browser_secret(request)
        if not browsers.digest_of(secret):
            secret = browsers.new_secret()
        arrivals.arrive(
            user=user,
            session_key=request.session.session_key or "",
            way=way,
            factor=factor,
            secret=secret,
            agent=agent_of(request),
            address=client_address(request),
            trusts=bool(facts.get("trusts")),
        )
        note_proof(request, user, way)
        keep_browser(answer, secret)
        return answer

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our letters go through the outbox."""

    def _refuse(self, request: HttpRequest, typed: str, reason: str) -> None:
        person = find_by_address(typed.strip()[:254])
        refusals.refuse(person=person, reason=reason, address=client_address(request), agent=agent_of(request))


def keep_browser(answer: HttpResponse, secret: str) -> None:
    """The cookie by which the browser is known again, for a year."""
    answer.set_cookie(
        BROWSER_COOKIE,
        secret,
        max_age=browsers.KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
