from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "helpdesk.accounts.directory"
    label = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from helpdesk.accounts import registries  # noqa: PLC0415 - models must be loaded first
        from helpdesk.accounts.directory import faults, planning, probes, receivers, telling  # noqa: PLC0415 - as above
        from helpdesk.accounts.directory.queries import access_of, keeps_password_of, login_of, takes_login_names  # noqa: PLC0415 - as above
        from helpdesk.accounts.signals import person_erased  # noqa: PLC0415 - as above
        from helpdesk.core import retelling  # noqa: PLC0415 - as above
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as above

        for sentences in (faults.SENTENCES, planning.LINES, planning.OUT_WORDS):
            retelling.know(sentences.values())
        telling.register()
        person_erased.connect(receivers.forget)
        registries.login_names.register("directory", takes_login_names)
        registries.names_elsewhere.register("directory", login_of)
        registries.passwords_elsewhere.register("directory", keeps_password_of)
        registries.access_parts.register("directory", registries.AccessPart(_("Directory"), access_of))
        queue_probes.register("directories", QueueProbe(_("Directories"), probes.directories_state))
