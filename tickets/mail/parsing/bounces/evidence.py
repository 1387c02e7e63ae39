"""Is it a bounce at all? Many are no RFC 3464 reports, and people quote and forward bounces: the sender decides."""

import re
from email.message import Message

from tickets.mail.parsing.bounces.parts import is_returned
from tickets.mail.parsing.types import Address

MAX_LOOKED_AT = 4_000

_DAEMONS = frozenset(
    {
        "mailer-daemon",
        "mailer_daemon",
        "mailerdaemon",
        "mail-daemon",
        "maildaemon",
        "mail.delivery.system",
        "mail.delivery.subsystem",
        "post_master",
    }
)
_MASTERS = re.compile(
    r"^(?:po+st[-_.]?master|mailadmin|mail-?admin|mta|bounces?|delivery|deliverability|mailsystem|sysadmin|"
    r"mail-?system|mdaemon|smtp)$"
)
_MASTER_NAMES = re.compile(
    r"mailer.?daemon|mail deliver|delivery (?:sub)?system|mail administrator|internet mail delivery|"
    r"system administrator|systemadministrator|"
    r"postmaster|mail (?:sub)?system|mail router|email delivery|microsoft outlook|systemadministrator|"
    r"администратор|почтовая служба"
)
_LIST_SERVER = re.compile(r"loop alert|not member|duplicated message|ignored|rejected|unknown command|spam mail alert")
_NO_REPLY = re.compile(r"^(?:no|do-?not|dont|donot|not)[-_.]?repl(?:y|ies)|^noreply|^nobody$|^no\.?response")
_SUBJECT = re.compile(
    r"undeliver|non.?deliver|not be(?:en)? delivered|delivery (?:has )?fail|"
    r"delivery (?:status )?(?:notification|report|error|problem|status|notice)|"
    r"mail delivery|failure notice|failure delivery|delivery failure|returned mail|return(?:ed)? to sender|"
    r"mail system error|returned to sender|"
    r"message (?:delivery )?(?:delayed|failure|undeliv)|delayed mail|mail (?:status|failure|error|delayed)|"
    r"delivery delayed|couldn'?t be delivered|"
    r"could not (?:be delivered|send)|wasn'?t delivered|not delivered|unable to deliver|notice: mail delivery|"
    r"error sending your mail|warning: (?:could not|message)|"
    r"bounce|rejected mail|postmaster notify|undelivered|nondeliverable|"
    r"unzustellbar|nicht zugestellt|zustellung|non remis|échec de|non distribu|impossible de remettre|"
    r"notification d'état|rapport de remise|"
    r"no se (?:puede|pudo|ha podido) entregar|no entregado|devuelto|estado de entrega|não (?:pôde|"
    r"foi) (?:ser )?entreg|não entregue|devolvid|falha na entrega|"
    r"non recapit|mancato recapito|impossibile recapitare|niedostarcz|nie dostarcz|onbestelbaar|niet bezorgd|"
    r"olevererbart|kunde inte levereras|"
    r"недоставлен|не доставлен|не может быть доставлен|не удалось доставить|возвращен|не було доставлено|配信不能|"
    r"配信できません|配信に失敗|配信エラー|送信エラー|未配達|配達|"
    r"不能投递|退信|投递失败|无法送达|未能送达|无法投递|배달되지|반송"
)
_BODY = re.compile(
    r"(?:could|can|was|were|has|have)(?: ?n[o']t| unable to) (?:be |been )?(?:deliver|sent|reach)|"
    r"unable to deliver|wasn't able to deliver|undeliverable|"
    r"delivery (?:to the following|failed|has failed|status)|permanent (?:fatal )?error|failed permanently|"
    r"did not reach|returned to (?:you|sender)|"
    r"was rejected by|were rejected|had (?:permanent|delivery|transient)|delivery errors?|mailbox exceeds|"
    r"delivery failed|attempted to be delivered|user unknown|unknown user|"
    r"message delivery|could not (?:be )?deliver|error (?:was|while|delivering)|trouble delivering|"
    r"mail delivery|rejected your|failure reasons|"
    r"transcript of session|nicht zugestellt|konnte nicht|n'a pas pu|n'ont pas pu|no se (?:pudo|puede|"
    r"ha podido)|não (?:pôde|foi possível)|"
    r"non (?:è stato|può)|nie mogła|kon niet|не может быть доставлено|не удалось доставить|не было доставлено|"
    r"недоставлен|配信|届けることができ|エラー|无法|退信"
)
_REPLY = re.compile(r"\b[45]\d\d[- ][-<\w]")
_MARKER = re.compile(
    r"(?:copy of (?:the|your) (?:message|mail)|original message|message headers? follow|unsent message|"
    r"returned message|header of the original)",
    re.I,
)


def header_text(message: Message, name: str, limit: int = 2_000) -> str:
    """One header, capped, "" if it is missing; raw octets in it are kept as lone surrogates."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            return str(value)[:limit].strip()
    return ""


def sender_of(message: Message) -> Address:
    """Name and lower-case address of From, else of Sender; both empty for a mail from nobody.

    A comparison of well-known names needs no full RFC 5322 parser, and parsers are slow on hostile fields.
    """
    field = header_text(message, "From") or header_text(message, "Sender")
    name, bracket, rest = field.rpartition("<")
    if bracket:
        return Address(name.strip(' "').lower(), rest.partition(">")[0].strip().lower())
    address, _, comment = field.partition("(")
    return Address(comment.strip(" )").lower(), address.strip().lower())


def is_daemon(sender: Address) -> bool:
    """True for senders behind whom there is never a person."""
    local, _, _ = sender.address.partition("@")
    return local in _DAEMONS or (not local and "daemon" in sender.name)


def is_postmaster(sender: Address) -> bool:
    """True for senders by which mail systems, and now and then their administrators, write."""
    local, _, _ = sender.address.partition("@")
    return bool(_MASTERS.match(local) or _MASTER_NAMES.search(sender.name))


def is_no_reply(sender: Address) -> bool:
    """True for senders who tell by their name that they read no answer."""
    local, _, _ = sender.address.partition("@")
    return bool(_NO_REPLY.match(local))


def has_null_return_path(message: Message) -> bool:
    """True if the mail must not be answered by a machine (RFC 3834 section 2)."""
    return header_text(message, "Return-Path", 100).replace(" ", "") == "<>"


def speaks_of_failure(subject: str) -> bool:
    """True if a decoded subject reads like that of a bounce, in any of the languages we know."""
    return bool(_SUBJECT.search(subject[:MAX_LOOKED_AT].lower()))


def is_unreported_bounce(message: Message, *, sender: Address, subject: str, text: str, parts: list[Message]) -> bool:
    """True for a bounce that is no RFC 3464 report; it takes a sender like a machine and words like a bounce."""
    if message.get("X-Failed-Recipients") is not None or is_daemon(sender):
        return True
    start = text[:MAX_LOOKED_AT]
    words = [
        speaks_of_failure(subject),
        bool(_BODY.search(start.lower())) or bool(_REPLY.search(start)),
        any(is_returned(part) for part in parts) or bool(_MARKER.search(text)),
    ]
    nobody = has_null_return_path(message) or not sender.address
    if message.get("X-MLServer") is not None:
        return bool(_LIST_SERVER.search(subject.lower()))
    if is_postmaster(sender) or (nobody and is_no_reply(sender)):
        return sum(words) + nobody >= 2
    return (nobody or is_no_reply(sender)) and words[1] and (words[0] or words[2])
