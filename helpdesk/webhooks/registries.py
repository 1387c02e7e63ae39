"""What rooms tell hooks; each registers its kinds in its `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.core.registries import Registry

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `read(owner, facts)` is what is told of one, as JSON, read now as the hook's owner may see it;
    None when they may not, or it is gone."""

    label: Any
    read: Callable[["User", Facts], Facts | None]


kinds: Registry[Kind] = Registry("kind of event")
