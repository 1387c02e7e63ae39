"""Who signs certificates, the lists of those it revoked, and the texts that go out with keys."""

from typing import TYPE_CHECKING

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from vpn.enums import KeyType, SignerKind

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(self, user: "User") -> "AuthorityQuerySet":
        """Whoever may issue keys sees all of them."""
        return self if user.can(Capability.ISSUE_KEYS) else self.none()

    def active(self) -> "AuthorityQuerySet":
        return self.filter(is_active=True).order_by("name", "pk")


class Authority(models.Model):
    """A certificate authority: its issuing certificate, which the root one signed, and who has its key.

    `encrypted_key_pem` is there for a passphrase alone. `list_due_at`: since when a new list of what was revoked is
    wanted; empty while the newest one says all. `archive_to` is whom each new archive is mailed besides, which is
    nobody's business unless the company wants it so; with `archive_password`, sealed by it.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("word in addresses"), max_length=40, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    key_type = models.CharField(_("kind of keys"), max_length=16, choices=KeyType.choices, default=KeyType.EC)
    root_pem = models.TextField(_("root certificate"))
    issuing_pem = models.TextField(_("issuing certificate"))
    signer = models.CharField(_("who signs"), max_length=16, choices=SignerKind.choices, default=SignerKind.SOCKET)
    socket_path = models.CharField(_("socket of the signer"), max_length=200, blank=True)
    encrypted_key_pem = models.TextField(_("encrypted key"), blank=True)
    client_days = models.PositiveIntegerField(
        _("keys are valid for … days"), default=397, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    first_crl_number = models.PositiveBigIntegerField(_("revocation lists go on after number"), default=0)
    list_due_at = models.DateTimeField(_("revocation list is due since"), null=True, blank=True, editable=False)
    list_failure = models.CharField(_("why there is no new list"), max_length=500, blank=True, editable=False)
    archive_to = models.EmailField(
        _("mail each archive to"),
        blank=True,
        help_text=_("Empty, as it should be: nobody but the person gets the key."),
    )
    archive_password = EncryptedTextField(
        _("password of these archives"),
        blank=True,
        default="",
        help_text=_("With one, they are mailed as ZIP files that it opens. Tell it by another way than by mail."),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate authority")
        verbose_name_plural = _("certificate authorities")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signer=SignerKind.SOCKET, encrypted_key_pem="")
                | Q(signer=SignerKind.PASSPHRASE) & ~Q(encrypted_key_pem=""),
                name="authority_key_where_it_is",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RevocationListQuerySet(models.QuerySet["RevocationList"]):
    def newest(self, authority: Authority) -> "RevocationList | None":
        return self.filter(authority=authority).order_by("-number").first()

    def visible_to(self, user: "User") -> "RevocationListQuerySet":
        return self if user.can(Capability.ISSUE_KEYS) else self.none()


class RevocationList(models.Model):
    """One list of what an authority revoked (RFC 5280, 5), as it was published. Append-only; numbers grow."""

    authority = models.ForeignKey(
        Authority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="revocation_lists"
    )
    number = models.PositiveBigIntegerField(_("number"))
    pem = models.TextField(_("list"))
    issued_at = models.DateTimeField(_("issued"))
    next_update = models.DateTimeField(_("good until"))

    objects = RevocationListQuerySet.as_manager()

    class Meta:
        verbose_name = _("revocation list")
        verbose_name_plural = _("revocation lists")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="revocation_list_number_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.authority_id}: {self.number}"


class ProfileTemplateQuerySet(models.QuerySet["ProfileTemplate"]):
    def visible_to(self, user: "User") -> "ProfileTemplateQuerySet":
        return self if user.can(Capability.ISSUE_KEYS) else self.none()


class ProfileTemplate(models.Model):
    """A text that goes out in archives under `name`; `{{user}}` and its like are filled in."""

    name = models.CharField(_("name of the file"), max_length=64, unique=True)
    text = models.TextField(_("text"))

    objects = ProfileTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of archives")
        verbose_name_plural = _("files of archives")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
