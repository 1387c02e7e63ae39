"""What our own mail server found about a mail's origin (Authentication-Results, RFC 8601)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

METHODS = ("spf", "dkim", "dmarc")
_RESULT = re.compile(r"(?<![\w.\-])(spf|dkim|dmarc)\s*=\s*([a-z]{3,12})\b", re.I)
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class AuthenticationVerdict:
    """Results by method (`pass`, `fail`, `none`, ...); empty when nobody whom we trust has looked."""

    results: dict[str, str] = field(default_factory=dict)

    @property
    def is_forged(self) -> bool:
        return self.results.get("dmarc") == "fail"

    @property
    def is_proven(self) -> bool:
        return self.results.get("dmarc") == "pass"


def verdict_of(headers: Iterable[str], *, trusted: frozenset[str]) -> AuthenticationVerdict:
    """The results in the topmost header that a server of ours wrote.

    Headers below it may have come with the mail; a header by any other name proves nothing. A method that appears
    several times (two DKIM signatures) passes when one passes.
    """
    for header in headers:
        server, _, rest = header[:_LONGEST].partition(";")
        if server.strip().split(" ")[0].lower() not in trusted:
            continue
        results: dict[str, str] = {}
        for method, result in _RESULT.findall(rest):
            method, result = method.lower(), result.lower()
            if results.get(method) != "pass":
                results[method] = result
        return AuthenticationVerdict(results)
    return AuthenticationVerdict()
