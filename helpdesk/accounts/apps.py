from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "helpdesk.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 - models must be loaded first

        from helpdesk.accounts import accessing, mfa, receivers, signals, telling  # noqa: PLC0415 - as above
        from helpdesk.accounts.actions import merging, sheet_files  # noqa: PLC0415 - as above
        from helpdesk.core.sealing import sealed_elsewhere  # noqa: PLC0415 - as above

        sealed_elsewhere.register("second factors", mfa.seal_second_factors)
        accessing.register()
        merging.register()
        sheet_files.register()
        telling.register()
        user_logged_in.connect(receivers.note_session)
        signals.access_ended.connect(receivers.end_access)
