"""Why a mail of ours is where it is: the sentences that the outbox writes down, for `helpdesk.core.retelling`."""

from django.utils.translation import gettext_noop as _

REASONS = (
    _("the connection broke off in the middle of the mail: %(error)s"),
    _("the connection broke off: %(error)s"),
    _("no answer after the data: %(error)s"),
    _("the connection is closed"),
    _("timed out"),
    _("it says more than anybody reads"),
    _("the certificate is not to be trusted (%(error)s)"),
    _("%(server)s offers no STARTTLS: choose another encryption or another port"),
    _("%(server)s does not serve us: %(answer)s"),
    _("%(server)s refused the sign-in: %(answer)s"),
    _("%(server)s offers no sign-in that we know"),
    _("no secure connection to %(server)s: %(error)s"),
    _("no connection to %(server)s: %(error)s"),
    _("5.1.3 this is not an address that mail servers understand"),
    _("given up after 48 hours: %(reason)s"),
    _("the mail could not be written: %(kind)s: %(error)s"),
    _("the link is no longer kept: ask for a new one"),
    _("this notice has nothing to say"),
    _("the person may no longer know of this"),
    _("what happened is there no more"),
    _("this browser takes no notices any more"),
    _("there is no key of web push any more: let the browser be set up again"),
    _("this gateway is switched off or gone"),
    _("the code is no longer kept: ask for a new one"),
    _("the service took nothing and said nothing"),
    _("address bounced: %(reason)s"),
    _("budget: %(count)s automatic mails to this address within an hour"),
    _("budget: %(count)s automatic mails to this address in this conversation within a day"),
)
