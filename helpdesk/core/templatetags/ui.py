"""The components every page is made of: `{% load ui %}`.

Each tag takes keyword arguments only; an argument it does not know, or a value outside its list, is a
TemplateSyntaxError. Text is escaped; what stands between a wrapper's tags is template output already.
The markup is in templates/core/ui/, the look in static/css/components/, all of it shown at /desk/ui/.

Leaves     icon button button_link field select checkbox status priority tag chip avatar menu_item
           toast notice tabs progress event file delivery pager timetag filesize styles
Wrappers   labelled menu dialog table empty message fold composer panel   (closed by end<name>)

Hot rows. An inclusion tag costs 30 to 60 microseconds, so a list of 50 rows with ten of them each
would eat the page's time budget. Rows are therefore plain HTML with the same class names:

    <tr class="row-fresh">                                            row-fresh: not yet read
      <td class="row-number"><label><input type="checkbox" name="ticket" value="17">17</label></td>
      <td><span class="priority priority-high"><span class="visually-hidden">High</span></span></td>
      <td><span class="status status-open">Open</span></td>
      <td class="row-what"><div class="row-line"><a class="row-subject" href="...">...</a>
          <span class="tag">...</span><span class="row-snippet">...</span></div></td>
      <td class="row-who">Clara Weiss</td> <td class="row-who row-wide row-org">Nordlicht</td>
      <td class="row-wide"><span class="avatar hue-3" title="Anna Orlova">AO</span></td>
      <td class="row-wide"><span class="due due-soon">18 min</span></td>       due due-soon due-late
      <td class="row-time"><time datetime="...">14:05</time></td>
    </tr>

inside <form data-rows><table class="rows">; row-wide is hidden on a phone, row-org below 80 rem. The words
and numbers come from helpdesk.core.readable (initials, hue, moment) once per row, in Python.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from helpdesk.core import markup, readable, retelling
from helpdesk.core.templatetags import ui_wrappers

register = template.Library()
register.tags.update(ui_wrappers.register.tags)
register.filter("retold", retelling.retold)

STATUSES = {
    "new": _("New"),
    "open": _("Open"),
    "waiting": _("Waiting"),
    "on_hold": _("On hold"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
}
PRIORITIES = {"low": _("Low"), "normal": _("Normal"), "high": _("High"), "urgent": _("Urgent")}
DELIVERIES = {
    "queued": ("clock", _("Waiting to be sent")),
    "sending": ("send", _("Being sent")),
    "sent": ("check", _("Sent")),
    "failed": ("alert", _("Not delivered")),
    "bounced": ("alert", _("Came back")),
    "unknown": ("alert", _("Not known whether it arrived")),
    "held": ("lock", _("Held back")),
    "cancelled": ("close", _("Cancelled")),
}
TONES = {"info": "info", "good": "check", "warn": "alert", "bad": "alert"}
AVATARS = ("normal", "large", "huge")

Values = dict[str, Any]
"""What a component's template is given."""


@register.simple_tag
def icon(*, name: str) -> SafeString:
    """A decorative picture of the sprite static/img/icons.svg, silent for screen readers."""
    return _icon(name)


@register.inclusion_tag("core/ui/button.html")
def button(
    *,
    label: str,
    kind: str = "plain",
    size: str = "normal",
    type: str = "submit",
    name: str | None = None,
    value: str | None = None,
    id: str | None = None,
    form: str | None = None,
    formaction: str | None = None,
    icon: str = "",
    icon_only: bool = False,
    hotkey: str | None = None,
    confirm: str | None = None,
    opens: str | None = None,
    closes: str | None = None,
    disabled: bool = False,
    hx_get: str | None = None,
    hx_post: str | None = None,
    hx_target: str | None = None,
    hx_swap: str | None = None,
) -> Values:
    """A button. `opens`/`closes` is the id of a dialog; `confirm` a question asked first."""
    dialog = opens or closes
    return {
        **markup.button_face(label, kind, size, icon, icon_only, hotkey),
        "type": "button" if dialog else type,
        "attributes": markup.attributes(
            command=dialog and ("show-modal" if opens else "close"),
            commandfor=dialog,
            **markup.htmx(hx_get, hx_post, hx_target, hx_swap),
            **markup.shortcut(hotkey),
            aria_label=label if icon_only else None,
            title=label if icon_only else None,
            data_confirm=confirm,
            name=name,
            value=value,
            id=id,
            form=form,
            formaction=formaction,
            disabled=disabled,
        ),
    }


@register.inclusion_tag("core/ui/button_link.html")
def button_link(
    *,
    label: str,
    url: str,
    kind: str = "plain",
    size: str = "normal",
    icon: str = "",
    icon_only: bool = False,
    hotkey: str | None = None,
    download: bool = False,
    hx_get: str | None = None,
    hx_target: str | None = None,
    hx_swap: str | None = None,
) -> Values:
    """A link that looks like a button."""
    return {
        **markup.button_face(label, kind, size, icon, icon_only, hotkey),
        "attributes": markup.attributes(
            href=markup.link(url),
            download=download,
            aria_label=label if icon_only else None,
            title=label if icon_only else None,
            **markup.htmx(hx_get, None, hx_target, hx_swap),
            **markup.shortcut(hotkey),
        ),
    }


@register.inclusion_tag("core/ui/field.html")
def field(*, bound: BoundField, help: str | None = None, autofocus: bool = False, says_optional: bool = True) -> Values:
    """A form field: label, widget, help and errors, tied together for screen readers. Where nothing is needed,
    `says_optional` may be left out: the word beside every label tells nobody anything."""
    help_text = str(bound.help_text) if help is None else help
    errors = [str(error) for error in bound.errors]
    name = bound.auto_id or bound.html_name
    attributes: Values = {"id": name, "autofocus": autofocus} | markup.described(name, help_text, errors)
    shown: dict[str, str | bool] = {key: value for key, value in attributes.items() if value}
    is_checkbox = getattr(bound.field.widget, "input_type", "") == "checkbox"
    return {
        "id": name,
        "label": bound.label,
        "help": help_text,
        "errors": errors,
        "is_checkbox": is_checkbox and not bound.use_fieldset,
        "is_group": bound.use_fieldset,
        "optional": says_optional and not bound.field.required and not is_checkbox,
        "control": bound.as_widget(attrs=shown),
    }


@register.inclusion_tag("core/ui/select.html")
def select(
    *,
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    selected: object = "",
    id: str | None = None,
    help: str = "",
    errors: Sequence[str] = (),
    hide_label: bool = False,
    submits: bool = False,
) -> Values:
    """A choice of (value, text) pairs. `submits` sends the form on change where JavaScript runs."""
    key = id or f"id_{name}"
    attributes = markup.attributes(id=key, name=name, data_submits=submits, **markup.described(key, help, errors))
    return {
        "id": key,
        "label": label,
        "help": help,
        "errors": errors,
        "hide_label": hide_label,
        "attributes": attributes,
        "options": [(value, text, str(value) == str(selected)) for value, text in options],
    }


@register.inclusion_tag("core/ui/checkbox.html")
def checkbox(
    *, name: str, label: str, value: str = "on", checked: bool = False, id: str | None = None, help: str = ""
) -> Values:
    """One box to tick."""
    key = id or f"id_{name}"
    attributes = markup.attributes(id=key, name=name, value=value, checked=checked, **markup.described(key, help, ()))
    return {"id": key, "label": label, "help": help, "attributes": attributes}


@register.inclusion_tag("core/ui/status.html")
def status(*, value: str, label: str | None = None) -> Values:
    """A ticket's status by colour, shape and word; `label` where the reader needs another word."""
    markup.allow("status", value, STATUSES)
    return {"value": value, "label": label or STATUSES[value]}


@register.inclusion_tag("core/ui/priority.html")
def priority(*, value: str, hide_label: bool = False) -> Values:
    """A ticket's priority; with `hide_label` the word is for screen readers only."""
    markup.allow("priority", value, PRIORITIES)
    return {"value": value, "label": PRIORITIES[value], "hide_label": hide_label}


@register.inclusion_tag("core/ui/tag.html")
def tag(*, label: str, url: str = "") -> Values:
    """A tag of a ticket, a link to its list where `url` is given."""
    return {"label": label, "url": markup.link(url)}


@register.inclusion_tag("core/ui/chip.html")
def chip(*, label: str, name: str = "", remove_url: str = "", add_url: str = "") -> Values:
    """A filter or recipient: `name` in bold before it, a cross that leads to `remove_url`."""
    return {"label": label, "name": name, "remove_url": markup.link(remove_url), "add_url": markup.link(add_url)}


@register.inclusion_tag("core/ui/avatar.html")
def avatar(*, name: str, key: str = "", size: str = "normal", hue: int | None = None) -> Values:
    """Initials on the person's hue. `key` is what never changes about them (default: the name)."""
    markup.allow("size", size, AVATARS)
    shade = readable.hue(key or name) if hue is None else int(hue) % readable.HUES
    return {"name": name, "initials": readable.initials(name), "hue": shade, "size": size}


@register.inclusion_tag("core/ui/menu_item.html")
def menu_item(
    *,
    label: str,
    url: str = "",
    post: str = "",
    name: str = "",
    value: str = "",
    icon: str = "",
    hotkey: str | None = None,
    current: bool = False,
    danger: bool = False,
    confirm: str | None = None,
    opens: str | None = None,
    is_dialog: bool = False,
) -> Values:
    """A line of a menu: a link to `url`, a form that posts to `post`, or a button that `opens` a dialog.

    `is_dialog`: what stands at `url` is brought as a dialog on this page; without JavaScript it is a page.
    """
    common = {"aria_current": "true" if current else None, **markup.shortcut(hotkey)}
    brought = markup.dialog(url) if is_dialog else {}
    return {
        "label": label,
        "post": markup.link(post),
        "icon": icon,
        "hotkey": hotkey,
        "danger": danger,
        "is_link": bool(url),
        "link_attributes": markup.attributes(href=markup.link(url), **brought, **common),
        "type": "button" if opens else "submit",
        "button_attributes": markup.attributes(
            command="show-modal" if opens else None,
            commandfor=opens,
            name=name or None,
            value=value or None,
            data_confirm=confirm,
            **common,
        ),
    }


@register.inclusion_tag("core/ui/toast.html")
def toast(*, text: str, kind: str = "info") -> Values:
    """A passing word in the corner; the live region around it is part of base.html."""
    markup.allow("kind", kind, TONES)
    return {"text": text, "kind": kind, "icon": TONES[kind]}


@register.inclusion_tag("core/ui/notice.html")
def notice(*, text: str, title: str = "", kind: str = "info") -> Values:
    """A sentence that stays on the page; a bad one is announced at once."""
    markup.allow("kind", kind, TONES)
    return {"text": text, "title": title, "kind": kind, "icon": TONES[kind]}


@register.inclusion_tag("core/ui/tabs.html")
def tabs(*, label: str, items: Sequence[Mapping[str, Any]], plain: bool = False) -> Values:
    """Links to sibling pages; each item has label and url, and may have count, current and hotkey."""
    defaults = {"count": "", "current": False, "hotkey": ""}
    return {"label": label, "items": [{**defaults, **item} for item in items], "plain": plain}


@register.inclusion_tag("core/ui/progress.html")
def progress(*, label: str, value: float | None = None, maximum: float = 100, text: str = "") -> Values:
    """How far something is; without `value` it is only known to be under way."""
    return {"label": label, "text": text, "attributes": markup.attributes(value=value, max=maximum)}


@register.inclusion_tag("core/ui/event.html")
def event(*, text: str, who: str = "", at: datetime | None = None, icon: str = "") -> Values:
    """A journal line between messages."""
    return {"text": text, "who": who, "at": at, "icon": icon}


@register.inclusion_tag("core/ui/file.html")
def file(*, name: str, size: int, url: str = "", content_type: str = "") -> Values:
    """An attachment: icon by media type, name, size in bytes. Always a download."""
    return {"name": name, "size": size, "url": markup.link(url), "icon": readable.file_icon(content_type)}


@register.inclusion_tag("core/ui/delivery.html")
def delivery(*, state: str, text: str = "") -> Values:
    """What became of an answer on its way to the recipient."""
    markup.allow("state", state, DELIVERIES)
    picture, word = DELIVERIES[state]
    return {"state": state, "icon": picture, "text": text or word}


@register.inclusion_tag("core/ui/pager.html")
def pager(*, newer_url: str = "", older_url: str = "", text: str = "", by_time: bool = True) -> Values:
    """Newer and older pages of a list that is paged by key; previous and next ones where it is not by time."""
    urls = {"newer_url": markup.link(newer_url), "older_url": markup.link(older_url)}
    return {**urls, "text": text, "by_time": by_time}


@register.simple_tag
def timetag(*, at: datetime, style: readable.TimeStyle = "long", now: datetime | None = None) -> SafeString:
    """A <time> with text for people and the exact moment in its title and datetime."""
    markup.allow("style", style, ("short", "long", "relative"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        readable.full_moment(at),
        readable.moment(at, style=style, now=now),
    )


@register.simple_tag
def filesize(*, count: int) -> str:
    """A number of bytes as people write it."""
    return readable.size(int(count))


@register.simple_tag
def styles() -> SafeString:
    """The links of templates/_styles.html: the same on every page, so rendered once per process."""
    return _styles()


@cache
def _icon(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("img/icons.svg"), name)


@cache
def _styles() -> SafeString:
    return mark_safe(render_to_string("_styles.html"))  # noqa: S308 - our own template, without a context
