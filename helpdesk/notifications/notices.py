"""Short letters that tell a colleague what happened and where to look."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery, Notice
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
    """Raises Refused when it has nothing to say, Withdrawn when nothing is left that the person may know of."""
    content, person = still_told(rows[0]), rows[0].person
    topic = content.get("topic", "")
    context: dict[str, Any] = {**content, "url": settings.SITE_URL + content["path"]}
    if items := content.get("items"):
        context["items"] = [{**each, "url": settings.SITE_URL + each["path"]} for each in items]
    return letter_of_ours(
        rows,
        template="notifications/mail/digest" if items else "notifications/mail/notice",
        subject=content["title"],
        context=context,
        language=person.language if person else "",
        topic=topic,
    )


def said_together(notices: Sequence[Notice]) -> dict[str, Any]:
    """Notices of one thing as one message, under the title of the last."""
    text = "\n\n".join(each.text for each in notices if each.text)
    said = {"title": notices[-1].title, "text": text[:4000], "path": notices[-1].path, "topic": ""}
    return said | {"notices": [each.pk for each in notices]}


def still_told(row: Delivery) -> dict[str, Any]:
    """What the row says, without what was withdrawn, of a digest only the items of which its person may still know.
    Raises Refused, Withdrawn."""
    content: dict[str, Any] = row.content
    if "title" not in content:
        raise Refused("this notice has nothing to say")
    left = _without_withdrawn(content)
    if not left.get("items", left):
        raise Withdrawn("what happened is there no more")
    if "items" in left:
        items = [each for each in left["items"] if _may_know(row, each["kind"], each["key"], "")]
        if items:
            return {**left, "items": items}
    elif _may_know(row, row.subject_type_id, row.subject_id, left.get("topic", "")):
        return left
    raise Withdrawn("the person may no longer know of this")


def _without_withdrawn(content: dict[str, Any]) -> dict[str, Any]:
    """The same without notices that are there no more; empty when none is left."""
    parts: list[dict[str, Any]] = content.get("items", [content])
    keys = {key for part in parts for key in part.get("notices", ())}
    known = {notice.pk: notice for notice in Notice.objects.filter(pk__in=keys)} if keys else {}
    kept = [{**part, **said} for part in parts if (said := _still_said(part, known)) is not None]
    if "items" in content:
        return {**content, "items": kept}
    return kept[0] if kept else {}


def _still_said(said: dict[str, Any], known: dict[int, Notice]) -> dict[str, Any] | None:
    keys = said.get("notices")
    left = [known[key] for key in keys or () if key in known]
    if keys is None or len(left) == len(keys):
        return said
    return said_together(left) if left else None


def _may_know(row: Delivery, content_type: int, key: int, topic: str) -> bool:
    found = ContentType.objects.get_for_id(content_type)
    kind = f"{found.app_label}.{found.model}" + (f".{topic}" if topic else "")
    return kind not in may_be_told or (row.person is not None and may_be_told[kind](row.person, key))
