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
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.operations.enums import Way
from helpdesk.operations.models import Alert, AlertWay
from helpdesk.operations.watching import ways
from helpdesk.operations.watching.families import label_of, told_of
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
    return _ask(way, news)


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


def _ask(way: AlertWay, news: News) -> bool:
    """Straight to the address, for it is there for the case that the outbox stands still."""
    with translation.override(settings.LANGUAGE_CODE):
        is_taken = post(way, *words(news))
    if is_taken:
        _note_told(way, news)
    return is_taken


def post(way: AlertWay, title: str, text: str) -> bool:
    """Whether the address of the way took it; the row says what was wrong. `text` alone says everything: that is what
    most programs for talking read."""
    url = settings.SITE_URL + reverse("admin:operations_sample_changelist")
    said = {"title": title, "text": f"{title}\n{text}\n{url}", "url": url, "site": settings.SITE_NAME}
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        answer = outgoing.post(
            way.url, body=body, headers={"Content-Type": "application/json"}, seconds=SECONDS, cuts=True
        )
        trouble = "" if answer.is_good else f"it answered {answer.status}"
    except OutgoingError as error:
        trouble = str(error)
    AlertWay.objects.filter(pk=way.pk).update(failed_at=timezone.now() if trouble else None, reason=trouble[:500])
    if trouble:
        log.error("alert_way_failed", way=way.name, reason=trouble[:200])
    return not trouble


def send_test(*, way: AlertWay, person: User) -> None:
    """The same way, with nothing the matter: mail to this person alone."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language if way.way == Way.MAIL else settings.LANGUAGE_CODE):
        title, text = _("A test"), _("Alerts are told by this way. Nothing is the matter now.")
        if way.way == Way.GATEWAY:
            post(way, title, text)
        else:
            _letter(person, about=way, title=title, text=text, way=way)


@transaction.atomic
def _note_told(way: AlertWay, news: News) -> None:
    now = timezone.now()
    Alert.objects.filter(pk__in=[each.pk for each in news.begun]).update(told_at=now, told_by=way.name)
    Alert.objects.filter(pk__in=[each.pk for each in news.over]).update(end_told_at=now)


def _begun(alert: Alert) -> str:
    measure = alert.threshold.measure
    return _("%(what)s: %(value)s (alert beyond %(limit)s)") % {
        "what": told_of(alert.series, measure),
        "value": told(alert.series, measure, alert.value),
        "limit": told(alert.series, measure, alert.threshold.limit),
    }


def _over(alert: Alert) -> str:
    return _("Over: %(what)s; the worst was %(worst)s") % {
        "what": told_of(alert.series, alert.threshold.measure),
        "worst": told(alert.series, alert.threshold.measure, alert.worst),
    }
