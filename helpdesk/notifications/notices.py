"""Short letters that tell a colleague what happened and where to look."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail, Withdrawn, may_be_told


def notify(
    *,
    person: User,
    subject: models.Model,
    title: str,
    text: str,
    path: str,
    conversation: int | None = None,
    route: str = "site",
    topic: str = "",
) -> list[Delivery]:
    """Tell `person` about `subject` in the caller's transaction: one line `title`, what happened, a link to `path`.

    Nobody is told who is switched off or has no address, nor who may not know of the subject when it goes out. A
    notice about a `topic` says how to get no more of them.
    """
    notice = notice_to(person, title=title, text=text, path=path, conversation=conversation, route=route, topic=topic)
    return enqueue(subject=subject, outgoing=[notice] if notice else [])


def notice_to(
    person: User,
    *,
    title: str,
    text: str,
    path: str,
    conversation: int | None = None,
    route: str = "site",
    topic: str = "",
) -> Outgoing | None:
    """The same for whoever enqueues several together; None for who is not told."""
    if not person.is_active or not person.email:
        return None
    content: dict[str, Any] = {"title": title[:200], "text": text[:2000], "path": path, "topic": topic}
    return Outgoing(
        purpose=Purpose.NOTICE,
        recipient=person.email,
        person_id=person.pk,
        conversation=conversation,
        route=route,
        content=content,
    )


def compose_notice(rows: Sequence[Delivery]) -> OutgoingMail:
    content, person = rows[0].content, rows[0].person
    if "title" not in content:
        raise Refused("this notice has nothing to say")
    topic = content.get("topic", "")
    kind = f"{rows[0].subject_type.app_label}.{rows[0].subject_type.model}" + (f".{topic}" if topic else "")
    if kind in may_be_told and (person is None or not may_be_told[kind](person, rows[0].subject_id)):
        raise Withdrawn("the person may no longer know of this")
    context = {"title": content["title"], "text": content["text"], "url": settings.SITE_URL + content["path"]}
    return letter_of_ours(
        rows,
        template="notifications/mail/notice",
        subject=content["title"],
        context=context,
        language=person.language if person else "",
        topic=topic,
    )
