"""How somebody proves themselves a second time: the authenticator app and recovery codes (RFC 6238, RFC 4226)."""

import json
import time
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import browsers
from helpdesk.accounts.capabilities import role_requires_mfa
from helpdesk.accounts.enums import Factor
from helpdesk.accounts.models import User
from helpdesk.accounts.signals import security_changed
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.fields import seal, unseal
from helpdesk.journal.actions import record

SECRET_BYTES = 20
SETTING_UP_SECONDS = 30 * 60
Kind = Authenticator.Type


@dataclass(frozen=True, slots=True)
class Factors:
    """What the person has: since when the app, the passkeys (newest last), how many codes are left (None: no codes)."""

    app_since: datetime | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int | None

    @property
    def has_any(self) -> bool:
        return self.app_since is not None or bool(self.passkeys)


def factors_of(user: User) -> Factors:
    """One statement."""
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    app = next((row.created_at for row in rows if row.type == Kind.TOTP), None)
    codes = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return Factors(
        app_since=app,
        passkeys=tuple(row for row in rows if row.type == Kind.WEBAUTHN),
        codes_left=_left(codes.data["used_mask"]) if codes else None,
    )


def has_factor(user: User) -> bool:
    """Whether a second factor is asked of this person when they sign in."""
    return Authenticator.objects.filter(user=user, type__in=(Kind.TOTP, Kind.WEBAUTHN)).exists()


def begin_app(user: User) -> tuple[str, str]:
    """A new secret for an app, in Base32, and the same sealed for the form that confirms it; nothing is kept."""
    secret = b32encode(token_bytes(SECRET_BYTES)).decode()
    return secret, seal(json.dumps({"secret": secret, "user": user.pk, "at": int(time.time())}))


def secret_in(sealed: str, user: User) -> str:
    """The secret of a form. Raises Refused for one that is old, somebody else's or no secret at all."""
    begun = json.loads(unseal(sealed)) if sealed.isascii() else {}
    if begun.get("user") != user.pk or not 0 <= time.time() - begun.get("at", 0) <= SETTING_UP_SECONDS:
        raise Refused(_("This took too long. Take up the new picture and try once more."))
    return str(begun["secret"])


@transaction.atomic
def set_up_app(*, person: User, secret: str, code: str, by: User) -> list[str]:
    """The person's app knows the secret, as its `code` proves; an app from before is forgotten. Returns new recovery
    codes where there were none. Raises NotAllowed, Refused for a wrong code."""
    person = own(person, by)
    counter = _counter_of(secret, code, above=-1)
    if counter is None:
        raise Refused(_("That code is not right. Wait for the next one, and look whether the clock is."))
    before = Authenticator.objects.filter(user=person, type=Kind.TOTP).delete()[0]
    data = {"secret": encrypt(secret), "counter": counter}
    Authenticator.objects.create(user=person, type=Kind.TOTP, data=data)
    record(verb="authenticator_set_up", subject=person, by=by, before=bool(before))
    tell(person, _("An authenticator app was set up"), by=by)
    return first_codes(person, by)


@transaction.atomic
def remove_app(*, person: User, by: User) -> None:
    """Raises NotAllowed; Refused where the role needs a second factor and this is the only one."""
    person = own(person, by)
    ensure_another(person, without=Authenticator.objects.filter(user=person, type=Kind.TOTP).first())
    Authenticator.objects.filter(user=person, type=Kind.TOTP).delete()
    forget_codes_alone(person)
    record(verb="authenticator_removed", subject=person, by=by)
    tell(person, _("The authenticator app was removed"), by=by)


@transaction.atomic
def renew_codes(*, person: User, by: User) -> list[str]:
    """Ten new recovery codes; those from before end. Raises NotAllowed; Refused without a second factor."""
    person = own(person, by)
    if not has_factor(person):
        raise Refused(_("Recovery codes stand in for an app or a passkey: set up one of these first."))
    Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    record(verb="recovery_codes_made", subject=person, by=by)
    tell(person, _("New recovery codes were made"), by=by)
    return codes


@transaction.atomic
def try_code(*, person: User, code: str) -> Factor | None:
    """By which factor this code proves the person, if it does; it never will again."""
    code = "".join(code.split())
    app = Authenticator.objects.select_for_update().filter(user=person, type=Kind.TOTP).first()
    if app is not None:
        counter = _counter_of(decrypt(app.data["secret"]), code, above=app.data.get("counter", -1))
        if counter is not None:
            app.data["counter"] = counter
            app.save(update_fields=["data"])
            app.record_usage()
            return Factor.APP
    codes = Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).first()
    if codes is not None and RecoveryCodes(codes).validate_code(code):
        Authenticator.objects.get(pk=codes.pk).record_usage()
        record(verb="recovery_code_used", subject=person, by=person)
        return Factor.RECOVERY
    return None


@transaction.atomic
def reset(*, person: User, by: User | None) -> int:
    """All second factors of the person are gone; returns how many. For whoever stands outside (the command line)."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    found = Authenticator.objects.filter(user=person).delete()[0]
    record(verb="second_factors_reset", subject=person, by=by, count=found)
    tell(person, _("All second factors were removed"), by=by)
    return found


def own(person: User, by: User) -> User:
    """The person, locked: everybody sets these up for themselves. Raises NotAllowed."""
    ensure(by.pk == person.pk and by.is_active, _("Everybody chooses these for themselves."))
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def ensure_another(person: User, *, without: Authenticator | None) -> None:
    """Raise Refused where the role needs a second factor and nothing would be left."""
    others = Authenticator.objects.filter(user=person, type__in=(Kind.TOTP, Kind.WEBAUTHN))
    if role_requires_mfa(person.role) and without and not others.exclude(pk=without.pk).exists():
        raise Refused(_("Your role needs a second factor, and this is your only one. Set up another one first."))


def first_codes(person: User, by: User) -> list[str]:
    """Recovery codes where the person has none yet: they come with the first second factor. Part of setting one up."""
    if Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).exists():
        return []
    record(verb="recovery_codes_made", subject=person, by=by)
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    return codes


def forget_codes_alone(person: User) -> None:
    """Recovery codes stand in for something: they go with the last of it."""
    if not has_factor(person):
        Authenticator.objects.filter(user=person).delete()


def tell(person: User, title: str, *, by: User | None) -> None:
    """The person hears of every change by mail, and every browser is asked for the second factor again."""
    browsers.distrust(user=person, by=by)
    security_changed.send(sender=User, user=person, title=title)


def _left(used: int) -> int:
    """How many codes are left, each used one being a bit; no secret is opened to count them."""
    return int(mfa_settings.RECOVERY_CODE_COUNT) - used.bit_count()


def _counter_of(secret: str, code: str, *, above: int) -> int | None:
    """The time step to which the code belongs, if it is one of now that was not used yet."""
    for counter in sorted(yield_hotp_counters_from_time(), reverse=True):
        is_right = compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
        if is_right and counter > above and len(code) == mfa_settings.TOTP_DIGITS:
            return int(counter)
    return None
