"""What can be wrong with a directory, each in one line that says what, and how to mend it.

The lines are written down in English by whoever met the fault, and told in the reader's language (`core.retelling`).
"""

from django.utils.translation import gettext_noop

from helpdesk.core.errors import Refused

MISSING_EXTRA = gettext_noop(
    "The program cannot speak LDAP here: install it with the extra `ldap` (uv sync --extra ldap) and start it again."
)

SENTENCES: dict[str, str] = {
    "address": gettext_noop("%(uri)s is not the address of a directory: write ldaps://host or ldap://host:port."),
    "resolve": gettext_noop("%(host)s cannot be resolved: mend the host's name, or this machine's name server."),
    "refused": gettext_noop("%(host)s:%(port)s refuses the connection: mend the port, or start the server."),
    "unreachable": gettext_noop("%(host)s:%(port)s cannot be reached (%(detail)s): mend the network or the firewall."),
    "timed_out": gettext_noop(
        "%(host)s:%(port)s does not answer within %(seconds)s s: see whether the server works, or allow it more time."
    ),
    "lost": gettext_noop("%(host)s:%(port)s broke the connection off: see the directory server's log."),
    "certificate_expired": gettext_noop("The certificate of %(host)s has expired: renew it on the directory's server."),
    "certificate_not_yet": gettext_noop(
        "The certificate of %(host)s is not valid yet: mend the clock of this machine or of the server."
    ),
    "certificate_not_trusted": gettext_noop(
        "The certificate of %(host)s is not trusted: paste the certificate of the authority that signed it."
    ),
    "certificate_wrong_name": gettext_noop(
        "The certificate of %(host)s is made out to another name: write the server's address with the name in it."
    ),
    "tls": gettext_noop("%(host)s:%(port)s cannot be spoken to with TLS (%(detail)s): mend port or encryption."),
    "starttls": gettext_noop("%(host)s:%(port)s refuses StartTLS (%(detail)s): allow it there, or use ldaps."),
    "authority": gettext_noop("The authority's certificate cannot be read: paste it whole, in PEM form."),
    "credentials": gettext_noop(
        "The directory does not accept %(bind_dn)s with this password: mend the account that reads, or its password."
    ),
    "secret": gettext_noop(
        "The stored password of the account that reads cannot be opened: add its key to FIELD_ENCRYPTION_KEYS again."
    ),
    "bind_dn": gettext_noop("%(bind_dn)s is no name that the directory understands: write the account's whole DN."),
    "encryption_wanted": gettext_noop("The directory wants an encrypted connection: choose TLS or StartTLS."),
    "base": gettext_noop("%(base)s does not exist in the directory, or its reader may not see it: mend the place."),
    "base_form": gettext_noop("%(base)s is not a DN: write it like ou=people,dc=company,dc=com."),
    "filter": gettext_noop("The filter %(filter)s is not one: mind its brackets, as in (objectClass=person)."),
    "size_limit": gettext_noop(
        "The directory gives only a part of what it has (size limit): let its reader read all, or use smaller pages."
    ),
    "time_limit": gettext_noop("The directory broke the search off (time limit): let its reader search for longer."),
    "forbidden": gettext_noop("The reader may not read %(base)s: give %(bind_dn)s the right to read there."),
    "referral": gettext_noop("%(base)s lies on another server (%(detail)s): add that one as a directory of its own."),
    "busy": gettext_noop("The directory is busy or being looked after (%(detail)s): it is tried again by itself."),
    "group": gettext_noop("The mapped group %(group)s does not exist in the directory: mend its DN or take it out."),
    "nobody": gettext_noop("The directory gave nobody at all: mend the places and the filter of people."),
    "no_id": gettext_noop("Nobody in the directory has the attribute %(attribute)s, the stable id: name another one."),
    "other": gettext_noop("The directory answers: %(detail)s."),
    "too_many_out": gettext_noop(
        "%(gone)s of %(known)s people would lose their access: look at the list and confirm it, or mend the directory."
    ),
    "broken": gettext_noop("The reading broke off several times: the cause is in the log."),
    "extra": MISSING_EXTRA,
}

AWAY = frozenset(
    {"resolve", "refused", "unreachable", "timed_out", "lost", "tls", "starttls", "busy"}
    | {"certificate_expired", "certificate_not_yet", "certificate_not_trusted", "certificate_wrong_name"}
)
"""Faults of one server: another one that holds the same may do."""


class DirectoryFault(Refused):
    """`kind` is a key of SENTENCES; the words are English, for `retold`."""

    def __init__(self, kind: str, **values: object) -> None:
        self.kind = kind
        super().__init__(SENTENCES[kind] % {name: _short(value) for name, value in values.items()})

    @property
    def is_away(self) -> bool:
        return self.kind in AWAY


def _short(value: object) -> str:
    """A server's own words may be long, and end in a full stop of their own."""
    text = " ".join(str(value).split()).rstrip(".")
    return text if len(text) <= 200 else f"{text[:200]}…"
