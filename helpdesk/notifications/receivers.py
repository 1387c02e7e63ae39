"""What the outbox does when people speak."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from helpdesk.accounts.models import Erasure, Invitation, KnownBrowser, RoleRule, User
from helpdesk.core.erasing import Erased
from helpdesk.notifications import configuration, erasing, membership, roles, security, sign_in
from helpdesk.notifications.live.signing_out import end_streams_of
from helpdesk.notifications.models import Browser


def send_link(*, user: User, address: str, next_path: str, language: str, **kwargs: Any) -> None:
    sign_in.send_link(user=user, address=address, next_path=next_path, language=language)


def send_invitation(*, invitation: Invitation, secret: str, **kwargs: Any) -> None:
    membership.send_invitation(invitation=invitation, secret=secret)


def tell_of_browser(*, user: User, browser: KnownBrowser, **kwargs: Any) -> None:
    security.tell_of_browser(user=user, browser=browser)


def tell_of_tries(*, user: User, count: int, networks: Sequence[str], **kwargs: Any) -> None:
    security.tell_of_tries(user=user, count=count, networks=networks)


def tell_of_change(*, user: User, title: str, **kwargs: Any) -> None:
    security.tell_of_change(user=user, title=title)


def end_streams(*, session_key: str, **kwargs: Any) -> None:
    end_streams_of(session_key)


def tell_administrators(*, invitation: Invitation, **kwargs: Any) -> None:
    membership.tell_administrators(invitation=invitation)


def tell_of_rule(*, rule: RoleRule, before: dict[str, Any], after: dict[str, Any], by: User, **kwargs: Any) -> None:
    roles.tell_of_rule(rule=rule, before=before, after=after, by=by)


def tell_of_configuration(*, subject: Model, verb: str, facts: dict[str, Any], by: Model | None, **kwargs: Any) -> None:
    configuration.tell_of_configuration(subject=subject, verb=verb, facts=facts, by=by)


def tell_removed(*, person: User, organisation: int, **kwargs: Any) -> None:
    membership.tell_removed(person=person, organisation=organisation)


def tell_asked(*, erasure: Erasure, **kwargs: Any) -> None:
    erasing.tell_asked(erasure)


def end_push(*, user: User, **kwargs: Any) -> None:
    """Whatever ended somebody's ways in ends what their browsers are told while no page is open."""
    Browser.objects.filter(person=user).delete()


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)
