"""Telling administrators what has begun and what is over: one word a round, by a way that is not itself what fails."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError
from helpdesk.notifications import gateways
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.answers import Trouble
from helpdesk.notifications.enums import Purpose
from helpdesk.operations.enums import Way
from helpdesk.operations.models import Alert, AlertWay
from helpdesk.operations.watching import ways
from helpdesk.operations.watching.families import label_of, reasons_of, told_of
from helpdesk.operations.watching.figures import told

log = structlog.get_logger(__name__)
MOST = 20
"""Alerts named in one word; of more there is the page."""
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class News:
    """What administrators have not heard yet."""

    begun: Sequence[Alert]
    over: Sequence[Alert]

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)

    @property
    def first(self) -> Alert:
        return [*self.begun, *self.over][0]


def tell() -> None:
    """Say what is new by the first way that takes it; what none takes is tried again the next round."""
    news = _news()
    if not news:
        return
    ways.bring_along()
    for way in ways.open_ways():
        if _tell_by(way, news):
            return
    log.error("alert_not_told", alerts=[each.series for each in news.begun])


def words(news: News) -> tuple[str, str]:
    """Title and text in the language of now."""
    lines = [_begun(each) for each in news.begun[:MOST]] + [_over(each) for each in news.over[:MOST]]
    if len(news.begun) == 1 and not news.over:
        title = _("Alert: %(what)s") % {"what": label_of(news.begun[0].series)}
    elif news.begun:
        count = len(news.begun)
        title = ngettext("%(count)d alert", "%(count)d alerts", count) % {"count": count}
    else:
        title = _("Over: %(what)s") % {"what": ", ".join(label_of(each.series) for each in news.over[:3])}
    return title, "\n".join(lines)


def _news() -> News:
    """Nobody is told that something is over of which nobody was told that it began."""
    recent = Alert.objects.select_related("threshold").order_by("opened_at", "pk")
    return News(
        begun=list(recent.filter(told_at__isnull=True, ended_at__isnull=True)),
        over=list(recent.filter(told_at__isnull=False, ended_at__isnull=False, end_told_at__isnull=True)),
    )


def _tell_by(way: AlertWay, news: News) -> bool:
    if way.way == Way.MAIL:
        return _mail(way, news)
    with translation.override(settings.LANGUAGE_CODE):
        title, text = words(news)
        is_taken = _hand_over(way, title, text)
    if is_taken:
        _note_told(way, news)
    return is_taken


@transaction.atomic
def _mail(way: AlertWay, news: News) -> bool:
    """False where no administrator has an address."""
    people = User.objects.active().filter(role=Role.ADMINISTRATOR, email__gt="").order_by("pk")
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title, text = words(news)
            _letter(person, about=news.first, title=title, text=text, way=way)
    if people:
        _note_told(way, news)
    return bool(people)


def _letter(person: User, *, about: models.Model, title: str, text: str, way: AlertWay) -> None:
    """Neither a budget nor a wish of the person holds it back, and it goes before what nobody waits for."""
    if not person.email:
        return
    content = {"title": title[:200], "text": text[:2000], "path": reverse("admin:operations_sample_changelist")}
    letter = Outgoing(
        purpose=Purpose.ALERT,
        recipient=person.email,
        person_id=person.pk,
        route=ways.route_of(way),
        content=content,
    )
    enqueue(subject=about, outgoing=[letter])


def _hand_over(way: AlertWay, title: str, text: str) -> bool:
    """Straight to the address, for it is there for the case that the outbox stands still. Whether it was taken; the row
    says what was wrong."""
    url = settings.SITE_URL + reverse("admin:operations_sample_changelist")
    trouble = _post(way, title, text, url) if way.way == Way.GATEWAY else _bring(way, title, text, url)
    AlertWay.objects.filter(pk=way.pk).update(failed_at=timezone.now() if trouble else None, reason=trouble[:500])
    if trouble:
        log.error("alert_way_failed", way=way.name, reason=trouble[:200])
    return not trouble


def _post(way: AlertWay, title: str, text: str, url: str) -> str:
    """What was wrong, or nothing. `text` alone says everything: that is what most programs for talking read."""
    said = {"title": title, "text": f"{title}\n{text}\n{url}", "url": url, "site": settings.SITE_NAME}
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        answer = outgoing.post(
            way.url, body=body, headers={"Content-Type": "application/json"}, seconds=SECONDS, cuts=True
        )
    except OutgoingError as error:
        return str(error)
    return "" if answer.is_good else f"it answered {answer.status}"


def _bring(way: AlertWay, title: str, text: str, url: str) -> str:
    """The same by a gateway of notices, to the one receiver of the way."""
    if way.messenger is None or not way.messenger.is_active:
        return "this gateway is switched off or gone"
    try:
        gateways.hand_over(way.messenger.url, to=way.receiver, title=title, text=f"{text[: gateways.MOST_TEXT]}\n{url}")
    except Trouble as trouble:
        return str(trouble)
    return ""


def send_test(*, way: AlertWay, person: User) -> None:
    """The same way, with nothing the matter: mail to this person alone."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language if way.way == Way.MAIL else settings.LANGUAGE_CODE):
        title, text = _("A test"), _("Alerts are told by this way. Nothing is the matter now.")
        if way.way == Way.MAIL:
            _letter(person, about=way, title=title, text=text, way=way)
        else:
            _hand_over(way, title, text)


@transaction.atomic
def _note_told(way: AlertWay, news: News) -> None:
    now = timezone.now()
    Alert.objects.filter(pk__in=[each.pk for each in news.begun]).update(told_at=now, told_by=way.name)
    Alert.objects.filter(pk__in=[each.pk for each in news.over]).update(end_told_at=now)


def _begun(alert: Alert) -> str:
    measure = alert.threshold.measure
    words = _("%(what)s: %(value)s (alert beyond %(limit)s)") % {
        "what": told_of(alert.series, measure),
        "value": told(alert.series, measure, alert.value),
        "limit": told(alert.series, measure, alert.threshold.limit),
    }
    return "\n".join([words, *reasons_of(alert.series)[:MOST]])


def _over(alert: Alert) -> str:
    return _("Over: %(what)s; the worst was %(worst)s") % {
        "what": told_of(alert.series, alert.threshold.measure),
        "worst": told(alert.series, alert.threshold.measure, alert.worst),
    }
