"""Words of the search that are kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.search.files.reading.outcomes import Outcome


class FileState(models.TextChoices):
    """Where the text of a file is: waiting, in hand, or how it ended."""

    WAITING = "waiting", _("waiting")
    READING = "reading", _("being read")
    READ = Outcome.READ.value, _("read")
    EMPTY = Outcome.EMPTY.value, _("without text")
    OTHER = Outcome.OTHER.value, _("of no kind that is read")
    LARGE = Outcome.LARGE.value, _("too large")
    ENCRYPTED = Outcome.ENCRYPTED.value, _("encrypted")
    DAMAGED = Outcome.DAMAGED.value, _("damaged")
    SLOW = Outcome.SLOW.value, _("too slow")


UNFINISHED = (FileState.WAITING, FileState.READING)
FAILED = (FileState.DAMAGED, FileState.SLOW)
