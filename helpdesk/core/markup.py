"""Small pieces of HTML that the components share: attributes, links that are safe to click."""

from collections.abc import Collection, Sequence
from typing import Any

from django.forms.utils import flatatt
from django.template import TemplateSyntaxError
from django.utils.safestring import SafeString

BUTTONS = ("plain", "primary", "quiet", "danger", "danger-primary")
SIZES = ("normal", "small", "large")
LINK_SCHEMES = ("http", "https", "mailto", "tel")


def allow(argument: str, value: str, allowed: Collection[str]) -> None:
    """Refuse a value outside its list: TemplateSyntaxError."""
    if value not in allowed:
        raise TemplateSyntaxError(f"{argument}={value!r} is not one of {', '.join(allowed)}")


def attributes(**values: Any) -> SafeString:
    """HTML attributes, escaped: underscores become hyphens, None and False leave one out."""
    return flatatt({key.replace("_", "-"): value for key, value in values.items()})


def link(url: str) -> str:
    """`url` where a click may lead; empty for javascript: and other schemes that act."""
    scheme, colon, _rest = url.strip().partition(":")
    is_path = not colon or any(mark in scheme for mark in "/?#")
    return url if is_path or scheme.lower() in LINK_SCHEMES else ""


def htmx(get: str | None, post: str | None, target: str | None, swap: str | None) -> dict[str, Any]:
    """The htmx attributes of a control, as `attributes` takes them."""
    return {"hx_get": get, "hx_post": post, "hx_target": target, "hx_swap": swap}


def dialog(url: str) -> dict[str, Any]:
    """What makes a link bring its page as a dialog; the answer to htmx is a dialog with data-dialog-fetched."""
    return {"hx_get": url, "hx_target": "body", "hx_swap": "beforeend"}


def shortcut(hotkey: str | None) -> dict[str, Any]:
    """What binds a key to a control, for the browser module and for screen readers."""
    return {"data_hotkey": hotkey, "aria_keyshortcuts": hotkey}


def described(name: str, help: str, errors: Sequence[str]) -> dict[str, Any]:
    """aria-describedby and aria-invalid for a control with this help and these errors."""
    parts = [f"{name}_help"] * bool(help) + [f"{name}_errors"] * bool(errors)
    return {"aria-describedby": " ".join(parts) or None, "aria-invalid": "true" if errors else None}


def button_face(label: str, kind: str, size: str, icon: str, icon_only: bool, hotkey: str | None) -> dict[str, Any]:
    """The classes and inner parts of whatever looks like a button."""
    allow("kind", kind, BUTTONS)
    allow("size", size, SIZES)
    classes = ["button", f"button-{kind}" * (kind != "plain"), f"button-{size}" * (size != "normal")]
    classes.append("button-icon" * icon_only)
    return {
        "label": label,
        "icon": icon,
        "icon_only": icon_only,
        "hotkey": hotkey or "",
        "classes": " ".join(filter(None, classes)),
    }
