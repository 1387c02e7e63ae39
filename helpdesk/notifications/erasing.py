"""What the outbox knows of a person who is erased."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Erasure
from helpdesk.core import readable
from helpdesk.core.erasing import Erased
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Address, Browser, Delivery, Notice, PersonChoice
from helpdesk.notifications.notices import notify

NOBODY = "erased@invalid"


def forget(erased: Erased) -> None:
    """Rows to them keep when and whether they went, not where; what waits is called off. Others' rows keep no word
    of them."""
    theirs = Q(person_id=erased.person) | Q(recipient__in=erased.addresses)
    mine = Delivery.objects.filter(theirs)
    waiting = mine.filter(state__in=[DeliveryState.QUEUED, DeliveryState.HELD])
    waiting.update(state=DeliveryState.CANCELLED, finished_at=timezone.now())
    mine.update(recipient=NOBODY, content={}, reason="")
    for model in (Notice, Address, Browser, PersonChoice):
        model._default_manager.filter(person=erased.person).delete()
    for word in erased.words:
        for row in Delivery.objects.filter(Q(reason__icontains=word) | Q(content__icontains=word)).order_by("pk"):
            content, reason = erased.out_of_value(row.content), erased.out_of(row.reason)[:500]
            Delivery.objects.filter(pk=row.pk).update(content=content, reason=reason)
        for told in Notice.objects.filter(Q(title__icontains=word) | Q(text__icontains=word)).order_by("pk"):
            title, text = erased.out_of(told.title)[:200], erased.out_of(told.text)[:2000]
            Notice.objects.filter(pk=told.pk).update(title=title, text=text)


def tell_asked(erasure: Erasure) -> None:
    """The person is told until when they may take it back."""
    person = erasure.person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = _("You asked us to erase you")
        words = _(
            "Your data are erased on %(day)s. If you change your mind, or it was not you, take it back until then."
        )
        text = words % {"day": readable.full_moment(erasure.due_at)}
    notify(person=person, subject=person, title=title, text=text, path=reverse("cabinet:data"))
