"""What other rooms tell directories."""

from typing import Any

from helpdesk.accounts.directory.actions import erasing
from helpdesk.core.erasing import Erased


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)
