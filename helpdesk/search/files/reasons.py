"""Why a file says nothing: the sentences that are written down, for `helpdesk.core.retelling`."""

from django.utils.translation import gettext_noop as _

REASONS = (
    _("It has more bytes than are read"),
    _("It is not in the store"),
    _("It unpacks into too much"),
    _("It holds what no office program writes"),
    _("It has a password"),
    _("The archive is damaged"),
    _("No page of it can be read"),
    _("It is damaged: %(error)s"),
    _("Reading it took too long"),
    _("Reading it took too much memory"),
    _("The reader crashed"),
    _("Its reader died of it three times"),
)
