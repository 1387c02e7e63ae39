"""Speaking LDAP (RFC 4511) to a directory's servers by python-ldap, every failure told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from helpdesk.accounts.directory.channel import Server, open_channel
from helpdesk.accounts.directory.faults import MISSING_EXTRA, DirectoryFault
from helpdesk.accounts.directory.models import Directory
from helpdesk.core.errors import Refused

try:
    import ldap
    import ldap.controls
    import ldap.dn
    import ldap.filter
except ImportError:  # the program runs without the extra; whoever asks a directory is told
    ldap = None

Attributes = dict[str, list[bytes]]
"""By name in lower case: servers write names as they like."""
Found = tuple[str, Attributes]


def missing() -> str:
    """The line that says how to get what lacks here; empty when nothing does."""
    return MISSING_EXTRA if ldap is None else ""


def escaped(text: str) -> str:
    """As a value in a filter: nothing in it means anything (RFC 4515, 3)."""
    written: str = ldap.filter.escape_filter_chars(text)
    return written


def normal_dn(dn: str) -> str:
    """One way to write a DN (RFC 4514), for comparing; what is none is compared as it is."""
    if ldap is None:
        return dn.strip().lower()
    try:
        parts = ldap.dn.str2dn(dn)
    except ldap.DECODING_ERROR:
        return dn.strip().lower()
    return ",".join("+".join(sorted(f"{name}={value}" for name, value, _ in part)) for part in parts).lower()


class Connection:
    """A bound connection to one server. What goes wrong in it is a DirectoryFault."""

    def __init__(self, directory: Directory, server: Server) -> None:
        self.directory = directory
        self.server = server
        self.referrals = 0
        seconds = float(directory.timeout_seconds)
        line = open_channel(server, security=directory.security, authority=directory.ca_certificate, seconds=seconds)
        self._ldap = ldap.initialize(f"ldap://{_url_host(server)}:{server.port}", fileno=line.detach())
        self._ldap.protocol_version = 3
        self._ldap.set_option(ldap.OPT_REFERRALS, 0)
        self._ldap.set_option(ldap.OPT_NETWORK_TIMEOUT, seconds)
        self._ldap.set_option(ldap.OPT_TIMEOUT, seconds)

    def close(self) -> None:
        with suppress(ldap.LDAPError):
            self._ldap.unbind_ext_s()

    def bind_reader(self) -> None:
        """As the account that reads. Raises DirectoryFault."""
        try:
            password = self.directory.bind_password or ""
        except Refused:
            raise DirectoryFault("secret") from None
        with self._explaining():
            try:
                self._ldap.simple_bind_s(self.directory.bind_dn, password)
            except ldap.INVALID_CREDENTIALS:
                raise DirectoryFault("credentials", bind_dn=self.directory.bind_dn or "—") from None
            except (ldap.INVALID_DN_SYNTAX, ldap.NO_SUCH_OBJECT):
                raise DirectoryFault("bind_dn", bind_dn=self.directory.bind_dn) from None

    def accepts(self, dn: str, password: str) -> bool:
        """Whether this is the password of the entry. An empty one never is: servers take that for nobody at all, and
        say yes (RFC 4513, 5.1.2). Raises DirectoryFault."""
        if not dn or not password:
            return False
        refusals = (
            ldap.INVALID_CREDENTIALS, ldap.INAPPROPRIATE_AUTH, ldap.NO_SUCH_OBJECT, ldap.INSUFFICIENT_ACCESS,
            ldap.INVALID_DN_SYNTAX, ldap.UNWILLING_TO_PERFORM,
        )  # fmt: skip
        with self._explaining(base=dn):
            try:
                self._ldap.simple_bind_s(dn, password)
            except refusals:
                return False
        return True

    def entry(self, dn: str, attributes: list[str]) -> Attributes | None:
        """One entry by its DN; None when there is none."""
        with self._explaining(base=dn):
            try:
                found = self._ldap.search_ext_s(dn, ldap.SCOPE_BASE, "(objectClass=*)", attributes)
            except (ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX):
                return None
        return next((attributes for _dn, attributes in self._entries(found)), None)

    def few(self, base: str, written: str, attributes: list[str], *, most: int) -> list[Found]:
        """At most `most` and one more entries below `base`."""
        with self._explaining(base=base, written=written):
            try:
                found = self._ldap.search_ext_s(base, ldap.SCOPE_SUBTREE, written, attributes, sizelimit=most + 1)
            except ldap.SIZELIMIT_EXCEEDED as error:
                raise TooMany from error
        return list(self._entries(found))

    def pages(self, base: str, written: str, attributes: list[str]) -> Iterator[list[Found]]:
        """Everything below `base` that fits the filter, page by page (RFC 2696). Ends only when the server says that
        this was all; else raises DirectoryFault."""
        control = ldap.controls.SimplePagedResultsControl(True, size=self.directory.page_size, cookie="")
        while True:
            with self._explaining(base=base, written=written):
                asked = self._ldap.search_ext(base, ldap.SCOPE_SUBTREE, written, attributes, serverctrls=[control])
                _kind, found, _asked, answers = self._ldap.result3(asked, timeout=self._patience)
            yield list(self._entries(found))
            cookies = [each.cookie for each in answers if each.controlType == control.controlType]
            if not cookies or not cookies[0]:
                return
            control.cookie = cookies[0]

    @property
    def _patience(self) -> float:
        """A page is more work than a bind."""
        return float(self.directory.timeout_seconds) * 4

    def _entries(self, found: list[Any]) -> Iterator[Found]:
        """Without what only points elsewhere: referrals are counted and not followed."""
        for dn, attributes in found:
            if dn is None:
                self.referrals += 1
            else:
                yield dn, {name.lower(): values for name, values in attributes.items()}

    @contextmanager
    def _explaining(self, base: str = "", written: str = "") -> Iterator[None]:
        """Turn whatever the library raises into one line."""
        try:
            yield
        except ldap.LDAPError as error:
            raise self._explained(error, base, written) from None

    def _explained(self, error: Any, base: str, written: str) -> DirectoryFault:
        words = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        detail = str(words.get("info") or words.get("desc") or type(error).__name__)
        bind_dn = self.directory.bind_dn or "—"
        kinds: list[tuple[tuple[Any, ...], DirectoryFault]] = [
            ((ldap.TIMEOUT,), self.server.fault("timed_out", seconds=f"{self.directory.timeout_seconds:g}")),
            ((ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.DECODING_ERROR), self.server.fault("lost")),
            ((ldap.FILTER_ERROR,), DirectoryFault("filter", filter=written)),
            ((ldap.NO_SUCH_OBJECT,), DirectoryFault("base", base=base or "—")),
            ((ldap.INVALID_DN_SYNTAX,), DirectoryFault("base_form", base=base or "—")),
            ((ldap.SIZELIMIT_EXCEEDED, ldap.ADMINLIMIT_EXCEEDED), DirectoryFault("size_limit")),
            ((ldap.TIMELIMIT_EXCEEDED,), DirectoryFault("time_limit")),
            ((ldap.INSUFFICIENT_ACCESS,), DirectoryFault("forbidden", base=base or "—", bind_dn=bind_dn)),
            ((ldap.REFERRAL,), DirectoryFault("referral", base=base or "—", detail=_elsewhere(words))),
            ((ldap.CONFIDENTIALITY_REQUIRED, ldap.STRONG_AUTH_REQUIRED), DirectoryFault("encryption_wanted")),
            ((ldap.BUSY, ldap.UNAVAILABLE), DirectoryFault("busy", detail=detail)),
        ]
        return next(
            (fault for types, fault in kinds if isinstance(error, types)), DirectoryFault("other", detail=detail)
        )


class TooMany(Exception):
    """More entries than were wanted."""


@contextmanager
def connected(directory: Directory) -> Iterator[Connection]:
    """A connection bound as the account that reads, to the first server that answers. Raises DirectoryFault."""
    connection = _first(directory)
    try:
        yield connection
    finally:
        connection.close()


def _first(directory: Directory) -> Connection:
    if ldap is None:
        raise DirectoryFault("extra")
    first: DirectoryFault | None = None
    for uri in directory.uris:
        connection = None
        try:
            connection = Connection(directory, Server.parse(uri))
            connection.bind_reader()
        except DirectoryFault as fault:
            if connection is not None:
                connection.close()
            if not fault.is_away:
                raise
            first = first or fault
        else:
            return connection
    assert first is not None, "a directory has a server"
    raise first


def _url_host(server: Server) -> str:
    return f"[{server.host}]" if ":" in server.host else server.host


def _elsewhere(words: dict[str, Any]) -> str:
    info = str(words.get("info", ""))
    return info.partition("\n")[2] or info or "?"
