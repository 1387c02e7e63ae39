"""What the outbox does when people speak."""

from typing import Any

from helpdesk.accounts.models import User
from helpdesk.notifications import sign_in


def send_link(*, user: User, address: str, next_path: str, language: str, **kwargs: Any) -> None:
    sign_in.send_link(user=user, address=address, next_path=next_path, language=language)
