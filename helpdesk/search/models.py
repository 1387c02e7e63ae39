"""Documents and what is known about searching."""

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.search.enums import FAILED, UNFINISHED, FileState


class Document(models.Model):
    """The text of one thing as a `tsvector` (configuration `helpdesk`: English stems for Latin words, Russian for
    Cyrillic, both without accents), the thing it is shown under (a message under its ticket), and the thing's moment.

    Beside words the vector holds, without positions, marks (`=team:3`), the day and the span of 32 days of `at`
    (`=day:20413`, `=span:637`), and identifiers as they are written (`#ord-2024-0017`). No text begins so."""

    subject_type = models.ForeignKey(
        ContentType,
        verbose_name=_("kind of thing"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    subject_id = models.BigIntegerField(_("thing"))
    shown_under = models.BigIntegerField(_("shown under"))
    at = models.DateTimeField(_("moment"))
    vector = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="search_document_once")]
        indexes = [
            GinIndex(fields=["vector"], name="search_document_vector"),
            models.Index(fields=["-at", "-id"], name="search_document_latest"),
            models.Index(fields=["shown_under"], name="search_document_under"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type_id}:{self.subject_id}"


class Identifier(models.Model):
    """An identifier or a word of a sender's name that stands in some document: the one is found by any fragment of it,
    the other by what is written nearly so."""

    word = models.CharField(_("identifier"), max_length=80, primary_key=True)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_identifier_part")]

    def __str__(self) -> str:
        return self.word


class Rebuild(models.Model):
    """All documents of one source written anew, in the order of keys: those up to `done_upto` are. Whoever has the row
    locked goes on with it; the desk works meanwhile."""

    source = models.CharField(_("source"), max_length=40)
    done_upto = models.BigIntegerField(_("done up to"), default=0)
    written = models.BigIntegerField(_("documents written"), default=0)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("rebuilding of the search")
        verbose_name_plural = _("rebuildings of the search")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="search_rebuild_once", condition=models.Q(finished_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """What an engine with a server of its own has yet to be told, in the order of keys. About one document (`key`), to
    be written or, with no `document`, taken out; or about all that are shown `under` a thing, or that have keys in
    (after, upto] and are not named in `document`: those are looked at again."""

    kind = models.IntegerField(_("kind of thing"))
    key = models.BigIntegerField(_("thing"), null=True, blank=True)
    under = models.BigIntegerField(_("shown under"), null=True, blank=True)
    after = models.BigIntegerField(_("after"), null=True, blank=True)
    upto = models.BigIntegerField(_("up to"), null=True, blank=True)
    document = models.JSONField(_("document"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("change that the search is not told of yet")
        verbose_name_plural = _("changes that the search is not told of yet")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="search_change_once"),
            models.UniqueConstraint(fields=["kind", "under"], name="search_change_under_once"),
            models.CheckConstraint(
                condition=models.Q(key__isnull=False, under__isnull=True, after__isnull=True, upto__isnull=True)
                | models.Q(key__isnull=True, under__isnull=False, after__isnull=True, upto__isnull=True)
                | models.Q(key__isnull=True, under__isnull=True, after__isnull=False, upto__isnull=False),
                name="search_change_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key or self.under or self.after}"


class NothingFound(models.Model):
    """Words for which nothing was found: what the knowledge base may lack. Nobody's name is kept with them."""

    words = models.CharField(_("words"), max_length=200, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    by_customers = models.PositiveIntegerField(_("of these by customers"), default=0)
    last_at = models.DateTimeField(_("last time"), db_default=Now())

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_customers__lte=models.F("times")), name="search_nothing_found_by_customers"
            )
        ]
        indexes = [models.Index(fields=["-times", "-last_at"], name="search_nothing_found_often")]

    def __str__(self) -> str:
        return self.words


class FileTextQuerySet(models.QuerySet["FileText"]):
    def claimable(self) -> "FileTextQuerySet":
        """Waiting and due, or in the hand of somebody whose lease ran out; those that waited longest first."""
        now = timezone.now()
        is_due = Q(state=FileState.WAITING, due_at__lte=now) | Q(state=FileState.READING, lease_until__lte=now)
        return self.filter(is_due).order_by("due_at", "pk")

    def changed(self) -> "FileTextQuerySet":
        """Those that documents do not hold yet as they are."""
        return self.filter(changed_at__isnull=False).order_by("changed_at", "pk")

    def without_text(self) -> "FileTextQuerySet":
        return self.defer("text")


class FileText(models.Model):
    """What a stored content says, once however often it came; `name` is its name in the store, which tells contents
    apart. `filename` is what it was called when it first came.

    Since `changed_at` documents do not say yet what this says; NULL when they do.
    """

    name = models.CharField(_("name in the store"), max_length=100)
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    content_type = models.CharField(_("content type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    state = models.CharField(_("state"), max_length=9, choices=FileState.choices, default=FileState.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    changed_at = models.DateTimeField(_("not in the search since"), null=True, blank=True)
    created_at = models.DateTimeField(_("came"), db_default=Now())

    objects = FileTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        indexes = [
            models.Index(fields=["due_at", "id"], name="file_text_turn", condition=Q(state__in=UNFINISHED)),
            models.Index(fields=["changed_at", "id"], name="file_text_changed", condition=Q(changed_at__isnull=False)),
            models.Index(fields=["finished_at"], name="file_text_failed", condition=Q(state__in=FAILED)),
            models.Index(fields=["state", "-id"], name="file_text_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="file_text_once"),
            models.CheckConstraint(
                condition=Q(state="reading", lease_until__isnull=False)
                | (~Q(state="reading") & Q(lease_until__isnull=True)),
                name="file_text_lease_while_reading",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished_at__isnull=True)
                | (~Q(state__in=UNFINISHED) & Q(finished_at__isnull=False)),
                name="file_text_finished_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.filename or self.name
