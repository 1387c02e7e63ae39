"""Why a mail or a mailbox is where it is: the sentences that workers write down, for `helpdesk.core.retelling`."""

from django.utils.translation import gettext_noop as _

OF_MAILS = (
    _("read receipt"),
    _("subject of an out-of-office notice"),
    _("RFC 5965 feedback report"),
    _("feedback report"),
    _("subject of an abuse report"),
    _("Amazon SES complaint"),
    _("delivery status report"),
    _("written like a bounce by a mail system"),
    _("null Return-Path"),
    _("sender reads no answers"),
    _("a bounce of a mail that we know nothing of"),
    _("the same mail was taken in before"),
    _("the database went away"),
    _("the worker died of it three times"),
    _("too large: %(size)s bytes, at most %(most)s are taken in; only its headers are kept here"),
    _("The mail has %(size)s bytes, more than the %(most)s that are read"),
    _("The parser closed its output"),
    _("The parser used more than %(seconds)s s of processor time"),
    _("The parser was killed by %(signal)s"),
    _("The parser ended with status %(status)s"),
    _("the mailbox that this was to be sent by is gone"),
    _("no mailbox has this route"),
    _("the message that was to be sent is gone"),
    _("only a reply is sent to customers"),
    _("this note was not forwarded: it stays among staff"),
)

OF_SERVERS = (
    _("TLS with %(where)s failed (%(error)s); check the port and the kind of encryption."),
    _("The name %(host)s can't be resolved (%(error)s); check its spelling and this machine's DNS."),
    _("%(where)s did not answer within %(seconds)s s; check host, port and firewall."),
    _("Nothing accepts connections at %(where)s; check host and port, and that the server runs."),
    _("The connection to %(where)s broke (%(error)s)."),
    _("%(host)s refused the user name or password (%(said)s); check both."),
    _("%(where)s closed the connection (%(said)s)."),
    _("%(where)s answered: %(said)s."),
    _("The certificate of %(host)s has expired; renew it on the server."),
    _("The certificate of %(host)s is not valid yet; check the clocks of both machines."),
    _("The certificate is not made out to %(host)s (%(error)s); use the name it is made out to."),
    _("The certificate of %(host)s is signed by nobody this machine knows (%(error)s); %(advice)s."),
    _("add the authority to this machine's trusted ones, or switch off the check for this mailbox"),
    _("The certificate of %(host)s was refused (%(error)s)."),
    _("%(host)s gives no lasting UIDs for %(folder)s; fetch it by POP3."),
    _("%(host)s gives no lasting ids (UIDL), so mail can't be fetched safely; use IMAP."),
    _("%(host)s refuses to hand out mails; look into its logs."),
    _("The server does not hand out %(count)s of its mails (UID %(some)s); they stay there."),
    _("This mailbox is not fetched from a server."),
    _("The server has renumbered the folder; try again after the next round."),
    _(
        "The server renumbered this folder (UIDVALIDITY) on %(when)s UTC; all of it was read again, known mails were "
        "recognised."
    ),
    _("Mails on the server: %(count)s, none of them fetched yet; compare after a round."),
    _(
        "Mails on the server: %(count)s, in an account or folder that was not fetched before. The count starts afresh; "
        "compare after the next round."
    ),
)

OF_TRIALS = (
    _("receiving"),
    _("sending"),
    _("receiving: name"),
    _("sending: name"),
    _("port"),
    _("encryption"),
    _("connection"),
    _("sign-in"),
    _("folder"),
    _("folder to move to"),
    _("waiting"),
    _("listing"),
    _("greeting"),
    _("sender"),
    _("settings"),
    _("after fetching"),
    _("This mailbox has neither a server to fetch from nor one to send by."),
    _("%(host)s is %(addresses)s."),
    _("%(host)s:%(port)s accepts connections."),
    _("%(version)s; %(checked)s."),
    _("its certificate is good"),
    _("its certificate is not checked"),
    _("%(name)s is signed in."),
    _("The server tells of new mail at once (IDLE)."),
    _("The server has no IDLE: it is asked every 30 s."),
    _("%(problem)s The folders there are: %(folders)s."),
    _("%(folder)s holds %(count)s mails."),
    _("No folder to move to is named; name one."),
    _("Mails can't be moved to the folder that they are read from."),
    _("The maildrop holds %(count)s mails."),
    _("POP3 can only leave mails or delete them; choose one of these."),
    _("%(host)s speaks SMTP."),
    _("The server takes mail from %(address)s."),
)

REASONS = (*OF_MAILS, *OF_SERVERS, *OF_TRIALS)
