"""What a page knew on which something was written, and what is looked up before the message of it is written."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from helpdesk.core import readable
from helpdesk.core.errors import Refused
from helpdesk.core.prepared import PreparedSql
from tickets.enums import Approval, MessageKind
from tickets.models import KeptDraft, Message, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Where something was written. `seen` is the last message that the page showed, None when it does not say;
    `version` the draft that it goes on from; `fields` what its form held, as typed, and `undo` for how long its author
    may take the message back."""

    seen: int | None = None
    version: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    undo: timedelta = timedelta()


class AnsweredMeanwhile(Refused):
    """Somebody said something that the page did not show yet: read it first."""


def begin(*, ticket: Ticket, by: "User", kind: str, key: str | None, page: Page) -> Message | None:
    """Forget the draft that is being sent, under the ticket's lock and in one statement; the message that the same
    form wrote before, if any. A draft that another page has gone on with stays.

    Raises AnsweredMeanwhile when a customer or a colleague said something public that an answer's page did not show.
    """
    seen = LAST if page.seen is None or kind != "reply" else page.seen
    written, newest = _begin(author=by.pk, ticket=ticket.pk, kind=kind, key=key or "", version=page.version, seen=seen)
    if written is not None:
        return Message.objects.select_related("ticket").get(pk=written)
    if newest is not None:
        raise AnsweredMeanwhile(_told(json.loads(newest)))
    return None


def _told(newest: dict[str, Any]) -> str:
    words = _("%(name)s wrote %(when)s, after this page was opened: read it, then send this again if it still fits.")
    when = readable.moment(datetime.fromisoformat(newest["at"]), style="relative")
    return words % {"name": newest["name"] or newest["address"] or _("somebody"), "when": when}


def _build_begin(*, author: int, ticket: int, kind: str, key: str, version: int, seen: int) -> tuple[str, list[Any]]:
    written = Message.objects.filter(author=author, idempotency_key=key).values("pk")[:1]
    counts = Q(kind=MessageKind.REPLY) | Q(kind=MessageKind.INBOUND, approval__in=[Approval.NONE, Approval.APPROVED])
    newer = Message.objects.filter(counts, ticket=ticket, pk__gt=seen).exclude(author=author).order_by("-pk")
    facts = JSONObject(name=F("author__name"), address=F("from_address"), at=F("created_at"))
    one, first = written.query.sql_with_params()
    other, second = newer.values(facts=facts)[:1].query.sql_with_params()
    table = KeptDraft._meta.db_table
    sql = f"""
        WITH gone AS (
            DELETE FROM {table}
            WHERE author_id = %s AND ticket_id = %s AND kind = %s AND send_at IS NULL
              AND (version = %s OR key::text = %s)
        )
        SELECT ({one}), ({other})"""  # noqa: S608 - the ORM's own SQL and parameters
    return sql, [author, ticket, kind, version, key, *first, *second]


_begin = PreparedSql(_build_begin)
