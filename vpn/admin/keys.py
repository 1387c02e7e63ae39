"""Keys: the list, the page that issues one, the page of one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from unfold.views import ChangeList

from helpdesk.accounts.holding import proof_first, proof_to_send
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from vpn.actions import downloading, issuing, linking, publishing, renewing, revoking
from vpn.admin.pages import LookedAtAdmin, by
from vpn.enums import BundleFormat, KeyState
from vpn.forms.issuing import IssueForm, RenewForm, RevokeForm, initial_for
from vpn.forms.taking import TakingForm
from vpn.handing import as_file, hushed, offers, picture_of
from vpn.models import Key, KeyRequest, Session
from vpn.permissions import can_take

SHOWN = 20
"""Sessions on the page of a key; of more there is the list."""
ISSUE, PAGE, CODE = "admin/vpn/key/issue.html", "admin/vpn/key/page.html", "admin/vpn/key/code.html"


class KeyList(ChangeList):
    """Each line leads to the page where something can be done."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:vpn_key_bundle", args=[result.pk])


@admin.register(Key)
class KeyAdmin(LookedAtAdmin):
    """The list says whose key ends when; what is done to one is done on its page."""

    list_display = ("common_name", "owner", "engine", "state", "connected", "last_seen_at", "not_before", "not_after")
    list_filter = ("state", "engine", "authority", "servers")
    search_fields = ("common_name", "serial", "fingerprint", "device__owner__name", "device__owner__email")
    fields = (
        ("common_name", "device"),
        ("state", "blocked_at"),
        ("engine", "authority"),
        "servers_named",
        "serial",
        "fingerprint",
        "public_key",
        ("not_before", "not_after"),
        ("issued_at", "issued_by"),
        ("replaces", "revoke_at"),
        ("handed_out_at", "last_seen_at"),
        "certificate_pem",
    )
    readonly_fields = ("servers_named",)
    ordering = ("-pk",)
    actions = ("block_now", "unblock_now")
    change_list_template = "admin/vpn/key/list.html"
    change_form_outer_before_template = "admin/vpn/key/links.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Key]":
        live = Session.objects.filter(key=OuterRef("pk"), ended_at__isnull=True)
        return Key.objects.visible_to(by(request)).for_lists().defer("private_key").annotate(is_connected=Exists(live))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyList

    @admin.display(description=pgettext_lazy("a key", "connected"), ordering="is_connected")
    def connected(self, key: Any) -> str:
        return "✓" if key.is_connected else "–"

    @admin.display(description=gettext_lazy("person"), ordering="device__owner__name", empty_value="")
    def owner(self, key: Key) -> str:
        return str(key.device.owner or "")

    @admin.display(description=gettext_lazy("servers"))
    def servers_named(self, key: Key) -> str:
        return ", ".join(server.name for server in key.servers.all())

    @admin.action(description=gettext_lazy("Block now"))
    def block_now(self, request: HttpRequest, queryset: "QuerySet[Key]") -> None:
        self._each(request, queryset, lambda key: revoking.block_key(key=key, by=by(request), why="by hand"))

    @admin.action(description=gettext_lazy("Unblock"))
    def unblock_now(self, request: HttpRequest, queryset: "QuerySet[Key]") -> None:
        self._each(request, queryset, lambda key: revoking.unblock_key(key=key, by=by(request)))

    def _each(self, request: HttpRequest, queryset: "QuerySet[Key]", act: Callable[[Key], object]) -> None:
        done = 0
        for key in queryset.order_by("pk"):
            try:
                act(key)
                done += 1
            except Refused as refusal:
                self.message_user(request, f"{key}: {refusal}", messages.WARNING)
        self.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        doing = {
            "download": self.download_view,
            "mailing": self.mailing_view,
            "renewal": self.renewal_view,
            "revocation": self.revocation_view,
            "blocking": self.blocking_view,
        }
        read = require_http_methods(["GET", "HEAD", "POST"])
        mine = [
            path("issue/", view(read(proof_first(self.issue_view))), name="vpn_key_issue"),
            path("<int:pk>/bundle/", view(read(self.bundle_view)), name="vpn_key_bundle"),
            *(
                path(f"<int:pk>/{name}/", view(require_POST(proof_to_send(act))), name=f"vpn_key_{name}")
                for name, act in doing.items()
            ),
        ]
        return [*mine, *super().get_urls()]

    def issue_view(self, request: HttpRequest) -> HttpResponse:
        """Whose device, which servers; a good POST issues the key and leads to its page. `request` fills it in from
        what somebody asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wish = self._wish(request)
        initial = initial_for(wish) if wish else {"person": request.GET.get("person")}
        form = IssueForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            began = timezone.now()
            try:
                key = retrying(partial(_issue, form, by(request), wish))
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self._say(request, key, is_new=key.issued_at >= began, is_mailed=form.cleaned_data["mails_link"])
                return SeeOther(reverse("admin:vpn_key_bundle", args=[key.pk]))
        status = 422 if request.method == "POST" else 200
        return self.page(request, ISSUE, title=_("Issue a VPN key"), form=form, wish=wish, status=status)

    def bundle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What there is of a key, and what can be done with it."""
        return self._bundle(request, self._key(request, pk))

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The key in one form, once."""
        key = self._key(request, pk, is_bare=True)
        form = TakingForm(request.POST, engine=key.engine)
        if not form.is_valid():
            return self._bundle(request, self._key(request, pk), taking=form, status=422)
        wanted = BundleFormat(form.cleaned_data["form"])
        passphrase = form.cleaned_data["passphrase"]
        try:
            bundle = retrying(partial(downloading.take, key=key, wanted=wanted, by=by(request), passphrase=passphrase))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._bundle(request, self._key(request, pk), taking=form, status=422)
        if wanted != BundleFormat.QR:
            return as_file(bundle)
        return hushed(self.page(request, CODE, title=key.common_name, key=key, picture=picture_of(bundle)))

    def mailing_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new link to the person."""
        key = self._key(request, pk)
        done = partial(linking.send_link, key=key, by=by(request))
        return self._done(request, key, done, _("The link is on its way."))

    def blocking_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Block the key, or let it open again."""
        key = self._key(request, pk)
        if key.state == KeyState.BLOCKED:
            return self._done(request, key, partial(revoking.unblock_key, key=key, by=by(request)), _("Unblocked."))
        done = partial(revoking.block_key, key=key, by=by(request), why="by hand")
        return self._done(request, key, done, _("Blocked: its sessions end, and it opens nothing."))

    def renewal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new key in the place of this one; leads to its page."""
        key = self._key(request, pk)
        form = RenewForm(request.POST, key=key)
        if not form.is_valid():
            return self._bundle(request, key, renewing=form, status=422)
        asked = form.cleaned_data
        renew = partial(
            renewing.renew_key,
            key=key,
            by=by(request),
            until=asked["until"],
            is_at_once=asked["is_at_once"],
            passphrase=form.passphrase,
        )
        try:
            fresh = retrying(renew)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._bundle(request, key, renewing=form, status=422)
        self.message_user(request, _("The new key is there; its person has a link."), messages.SUCCESS)
        return SeeOther(reverse("admin:vpn_key_bundle", args=[fresh.pk]))

    def revocation_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The key is over; says whether the new revocation list is out already."""
        key = self._key(request, pk)
        form = RevokeForm(request.POST, key=key)
        if not form.is_valid():
            return self._bundle(request, key, revoking_form=form, status=422)
        retrying(partial(revoking.revoke_key, key=key, reason=form.cleaned_data["reason"], by=by(request)))
        text, level = _("Revoked, and the new revocation list is out."), messages.SUCCESS
        if key.authority is None:
            text = _("Revoked: the peer is taken off its server.")
        else:
            try:
                publishing.publish_list(authority=key.authority, passphrase=form.passphrase)
            except Refused as refusal:
                level = messages.WARNING
                text = _("Revoked here, and its sessions end. There is no new revocation list yet: %(why)s") % {
                    "why": refusal
                }
        self.message_user(request, text, level)
        return SeeOther(reverse("admin:vpn_key_bundle", args=[pk]))

    def _done(self, request: HttpRequest, key: Key, act: Callable[[], object], text: str) -> HttpResponse:
        try:
            retrying(act)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, text, messages.SUCCESS)
        return SeeOther(reverse("admin:vpn_key_bundle", args=[key.pk]))

    def _bundle(
        self,
        request: HttpRequest,
        key: Key,
        *,
        taking: TakingForm | None = None,
        renewing: RenewForm | None = None,
        revoking_form: RevokeForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        owner = key.device.owner
        with translation.override((owner.language if owner else "") or translation.get_language()):
            offered = offers(key)
        context: dict[str, Any] = {
            "title": _("VPN key %(name)s") % {"name": key.common_name},
            "key": key,
            "servers": self.servers_named(key),
            "sessions": list(key.sessions.live().select_related("server")[:SHOWN]),
            "may_take": can_take(by(request), key),
            "link": key.links.filter(is_notice=False).order_by("-pk").first(),
            "taking": taking,
            "renewing": renewing or RenewForm(key=key),
            "revoking": revoking_form or RevokeForm(key=key),
            "newer": Key.objects.filter(replaces=key).first(),
            **offered,
        }
        return hushed(self.page(request, PAGE, status=status, **context))

    def _say(self, request: HttpRequest, key: Key, *, is_new: bool, is_mailed: bool) -> None:
        if not is_new:
            dates = {
                "from": timezone.localtime(key.issued_at).date(),
                "until": timezone.localtime(key.not_after).date(),
            }
            told = _("There is a valid key already: created %(from)s, valid to %(until)s.") % dates
            self.message_user(request, told, messages.WARNING)
            return
        mailed = _("The key is issued, and its person has a link to it.")
        self.message_user(request, mailed if is_mailed else _("The key is issued."), messages.SUCCESS)

    def _key(self, request: HttpRequest, pk: int, *, is_bare: bool = False) -> Key:
        """The key with what its page says of it; `is_bare` with what it is called and of which kind it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if is_bare:
            return get_object_or_404(Key.objects.visible_to(by(request)).only("common_name", "engine"), pk=pk)
        return get_object_or_404(self.get_queryset(request).prefetch_related(None), pk=pk)

    def _wish(self, request: HttpRequest) -> KeyRequest | None:
        asked = request.GET.get("request", "")
        wishes = KeyRequest.objects.visible_to(by(request)).select_related("person", "server")
        return (
            wishes.filter(pk=int(asked)).first() if asked.isascii() and asked.isdecimal() and len(asked) < 18 else None
        )


def _issue(form: IssueForm, issuer: Any, wish: KeyRequest | None) -> Key:
    asked = form.cleaned_data
    return issuing.issue_key(
        person=asked["person"],
        login=asked["login"],
        device=asked["device"],
        servers=list(asked["servers"]),
        by=issuer,
        until=asked["until"],
        passphrase=form.passphrase,
        mails_link=asked["mails_link"],
        request=wish,
    )
