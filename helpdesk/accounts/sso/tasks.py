"""Bells of single sign-on. The tables hold the truth: whatever was not rung for, a sweep finds."""

from datetime import timedelta

from allauth.idp.oidc.models import Token
from celery import shared_task
from django.utils import timezone

from helpdesk.accounts.sso.actions import keys, notices, visits
from helpdesk.accounts.sso.models import Assertion, AuthorizationCode, SigningKey, Visit
from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying

KEPT = timedelta(days=90)


@shared_task(ignore_result=True)
def tell_site(key: int) -> None:
    notices.tell(key)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds: end visits under which the ground is gone, ring for notices that are due. The first one makes
    the key that signs."""
    retrying(keys.signing_key, times=PATIENT)
    retrying(visits.end_groundless, times=PATIENT)
    for key in retrying(notices.due, times=PATIENT):
        ring_now(tell_site, key)


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Every night: forget what nobody asks about any more."""
    now = timezone.now()
    AuthorizationCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    Assertion.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    Token.objects.expired().delete()
    SigningKey.objects.filter(ends_at__lt=now - KEPT).delete()
    Visit.objects.filter(ended_at__lt=now - KEPT).exclude(notice__state="waiting").delete()
