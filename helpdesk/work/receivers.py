"""What other rooms tell long work."""

from typing import Any

from helpdesk.core.erasing import Erased
from helpdesk.work.actions import erasing


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)
