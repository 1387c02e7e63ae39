from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "helpdesk.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from helpdesk.core.arrivals import arrivals_in  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as above
        from helpdesk.core.retelling import know  # noqa: PLC0415 - as above
        from helpdesk.search import probes  # noqa: PLC0415 - as above
        from helpdesk.search.engines.sphinxql import ledger  # noqa: PLC0415 - as above
        from helpdesk.search.files.reasons import REASONS  # noqa: PLC0415 - as above
        from helpdesk.search.models import Change, FileText  # noqa: PLC0415 - as above

        know(REASONS)
        queue_probes.register(
            "search",
            QueueProbe(_("Search"), probes.search_state, arrivals_in(FileText), probes.search_parts),
        )
        if settings.SEARCH_ADDRESS:
            probe = QueueProbe(_("Changes for the search's server"), ledger.state, arrivals=arrivals_in(Change))
            queue_probes.register("search_server", probe)
