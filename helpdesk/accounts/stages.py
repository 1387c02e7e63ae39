"""What stands between a first proof and being in: the second factor, for whoever has one."""

from typing import Any, cast

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from helpdesk.accounts.actions import browsers, proofs
from helpdesk.accounts.adapter import browser_secret
from helpdesk.accounts.enums import Factor, Way
from helpdesk.accounts.models import User
from helpdesk.accounts.stepping_up import note_factor


class SecondFactorStage(LoginStage):
    """Asked of whoever has an app or a passkey, whichever way they come (a link to choose another password is one of
    them), but of a browser that they trust. A passkey that was the way in is both factors already, and so is
    the factor of a provider that counts here."""

    key = "second_factor"
    urlname = "second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user, facts = cast(User, self.login.user), self.login.signal_kwargs or {}
        if facts.get("way") == Way.PASSKEY:
            note_factor(self.request, user, Factor.PASSKEY)
            return None, True
        if facts.get("factor") == Factor.OUTSIDE:  # of a provider whose second factor counts here
            note_factor(self.request, user, Factor.OUTSIDE)
            return None, True
        if not proofs.has_factor(user):
            return None, True
        if browsers.is_trusted(user, browser_secret(self.request)):
            note_factor(self.request, user, Factor.TRUSTED)
            return None, True
        self.request.session.cycle_key()
        return HttpResponseRedirect(reverse(self.urlname)), True


def pending(request: HttpRequest) -> Any:
    """The stage that waits for this browser's second factor; None when nobody is on their way in."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is not None and not (stage.login.user and stage.login.user.is_active):
        clear_login(request)
        return None
    return stage


def pass_on(request: HttpRequest, stage: Any, factor: Factor, *, trusts: bool) -> HttpResponse:
    """The second factor was given: in, to where the way led."""
    user = stage.login.user
    if request.user.is_authenticated and request.user.pk != user.pk:
        raise AssertionError("somebody signed in while another was on their way: pre_login saw to that")
    stage.login.signal_kwargs = {**(stage.login.signal_kwargs or {}), "trusts": trusts}
    note_factor(request, user, factor)
    return cast(HttpResponse, stage.exit())
