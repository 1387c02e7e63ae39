"""Mail by which other services prove that somebody owns an address: whoever reads the code becomes that address.

A customer knows the signed address of their ticket and can enter it at any service; what the service sends there must
be read by staff alone.
"""

import re

# The local parts under which services, not people, write: no-reply in its spellings, and the desks for sign-ups.
_SERVICE = re.compile(
    r"(?:.*[-_.])?(?:no|do[-_.]?not|dont)[-_.]?repl(?:y|ies)(?:[-_.\d].*)?|nobody|no[-_.]?response|"
    r"verify|verification|confirm|confirmation|notify|notifications?|signup|register|registration|password|otp|2fa|mfa|sso",
    re.I,
)
_CODE = re.compile(
    r"\b(?:verif(?:y|ication)|confirm(?:ation)?|validat(?:e|ion)|activat(?:e|ion)|one[- ]time|single[- ]use|security|"
    r"sign[- ]?in|log[- ]?in|access|authentication|2fa|otp)\b.{0,40}\b(?:code|pin|passcode|password|link|e-?mail|"
    r"address|account)\b"
    r"|\b(?:code|pin|passcode)\b.{0,20}\b\d{4,8}\b|\b\d{4,8}\b.{0,30}\b(?:code|pin|passcode)\b"
    r"|\bcode\b.{0,30}\b(?:confirm|verif|sign|log|activat)"
    r"|\b(?:код|пароль|ссылка)\b.{0,30}\b(?:подтвержд|активаци|доступа|вход|безопасности)"
    r"|\b(?:подтверд|активируйте).{0,30}\b(?:адрес|почт|регистраци|аккаунт|уч[её]тн)"
    r"|\bодноразов\w{0,6}\s.{0,20}(?:код|пароль)",
    re.I,
)
_LOOKED_AT = 300


def is_from_a_service(address: str) -> bool:
    """Whether the address is one under which services write by themselves."""
    return bool(_SERVICE.fullmatch(address.rpartition("@")[0].partition("+")[0][:64]))


def speaks_of_a_code(subject: str) -> bool:
    """Whether a subject announces a code, or a link that proves an address, in English or Russian."""
    return bool(_CODE.search(subject[:_LOOKED_AT]))
