"""Being signed in at a site."""

import hashlib
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.sso.enums import Ending, NoticeState
from helpdesk.accounts.sso.models.site import Site


class Subject(models.Model):
    """What sites know a person by: chance, and the same for as long as the person is here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    value = models.UUIDField(_("subject"), default=uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.value)


def mark_of(password: str) -> str:
    """By which a visit knows that the person's password is still the one it began under."""
    return hashlib.sha256(password.encode()).hexdigest()


_MARK_NOW = models.Func(
    models.Func(
        models.Func(F("user__password"), Value("UTF8"), function="convert_to", output_field=models.BinaryField()),
        function="sha256",
        output_field=models.BinaryField(),
    ),
    Value("hex"),
    function="encode",
    output_field=models.CharField(),
)


class VisitQuerySet(models.QuerySet["Visit"]):
    def open(self) -> "VisitQuerySet":
        return self.filter(ended_at__isnull=True)

    def groundless(self) -> "VisitQuerySet":
        """Open ones whose session is gone, whose person is switched off, has another password by now or a role that the
        site does not admit, or whose site is off."""
        session = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=Now())
        return (
            self.open()
            .annotate(mark_now=_MARK_NOW)
            .filter(
                ~Exists(session)
                | Q(user__is_active=False)
                | ~Q(password_mark=F("mark_now"))
                | Q(site__is_active=False)
                | ~Q(site__allowed_roles__contains=[F("user__role")])
            )
        )


class Visit(models.Model):
    """One browser session of ours, signed in at one site. `sid` is what the site knows the session by."""

    sid = models.UUIDField(_("sid"), default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="site_visits")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(_("session"), max_length=40, db_index=True, editable=False)
    password_mark = models.CharField(max_length=64, editable=False)
    entered_at = models.DateTimeField(_("signed in"))
    methods = ArrayField(models.CharField(max_length=8), default=list, verbose_name=_("proofs"))
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ending = models.CharField(_("why"), max_length=16, choices=Ending.choices, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit to a site")
        verbose_name_plural = _("visits to sites")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session_key", "site"], name="visit_one_open", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="visit_ended_why",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="visit_open_user", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.sid)


class AuthorizationCode(models.Model):
    """What a browser carries from us to a site, good for a minute and for one time. Only its hash is kept."""

    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="codes")
    redirect_uri = models.TextField()
    scopes = ArrayField(models.CharField(max_length=32))
    nonce = models.TextField(blank=True)
    challenge = models.CharField(max_length=128)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("authorization code")
        verbose_name_plural = _("authorization codes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["expires_at"], name="code_expires")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LogoutNotice(models.Model):
    """A site is to be told that a visit ended. Kept until the site took it, or nobody waits for it any more."""

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="notice")
    state = models.CharField(_("state"), max_length=16, choices=NoticeState.choices, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    reason = models.TextField(_("last refusal"), blank=True)

    class Meta:
        verbose_name = _("notice of signing out")
        verbose_name_plural = _("notices of signing out")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=NoticeState.WAITING, done_at__isnull=True)
                | (~Q(state=NoticeState.WAITING) & Q(done_at__isnull=False)),
                name="notice_done_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="notice_waiting", condition=Q(state=NoticeState.WAITING)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
