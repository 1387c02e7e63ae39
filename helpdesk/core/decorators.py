"""Who may come through a door. Signing in is asked everywhere by the middleware; what is asked here is the right."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def door(capability: str) -> Callable[[View], View]:
    """A decorator that answers 403 to whoever lacks the capability (named by its value: this room knows no people)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not cast(Any, request.user).can(capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View, guarded)

    return decorate


staff_required = door("enter_desk")
customer_required = door("enter_cabinet")
