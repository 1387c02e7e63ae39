"""The components that stand round other markup; `{% load ui %}` brings them along with the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from helpdesk.core import markup

register = template.Library()

MESSAGES = ("inbound", "reply", "note")


@register.simple_block_tag(takes_context=True)
def labelled(
    context: Context, content: str, *, label: str, id: str, help: str = "", errors: Sequence[str] = ()
) -> SafeString:
    """Label, help and errors round a control written by hand; the control carries the same `id`,
    aria-describedby `<id>_help <id>_errors` as far as they exist."""
    return _wrap(context, "labelled", content, {"label": label, "id": id, "help": help, "errors": errors})


@register.simple_block_tag(takes_context=True)
def menu(
    context: Context,
    content: str,
    *,
    label: str,
    icon: str = "",
    icon_only: bool = False,
    kind: str = "plain",
    size: str = "normal",
    opens: str = "end",
) -> SafeString:
    """A button that opens a list of menu_items; `opens` start, end or up says to which side."""
    markup.allow("opens", opens, ("start", "end", "up"))
    values = {**markup.button_face(label, kind, size, icon, icon_only, None), "opens": opens}
    return _wrap(context, "menu", content, values)


@register.simple_block_tag(takes_context=True)
def dialog(
    context: Context, content: str, *, id: str, title: str, width: str = "normal", fetched: bool = False
) -> SafeString:
    """A native dialog, opened by a button whose `opens` is this `id`; one `fetched` by htmx opens as it comes."""
    markup.allow("width", width, ("narrow", "normal", "wide"))
    return _wrap(context, "dialog", content, {"id": id, "title": title, "width": width, "fetched": fetched})


@register.simple_block_tag(takes_context=True)
def table(context: Context, content: str, *, label: str) -> SafeString:
    """A table that scrolls sideways by itself; the content is thead and tbody."""
    return _wrap(context, "table", content, {"label": label})


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, *, title: str, text: str = "", icon: str = "inbox") -> SafeString:
    """Nothing here: the content is the buttons for what to do next."""
    return _wrap(context, "empty", content, {"title": title, "text": text, "icon": icon})


@register.simple_block_tag(takes_context=True)
def message(
    context: Context,
    content: str,
    *,
    kind: str,
    author: str,
    at: datetime,
    key: str = "",
    via: str = "",
    anchor: str | None = None,
) -> SafeString:
    """Something said on a ticket; `via` follows the name ("by mail", "replied to Clara")."""
    markup.allow("kind", kind, MESSAGES)
    values = {
        "kind": kind,
        "author": author,
        "at": at,
        "key": key,
        "via": via,
        "attributes": markup.attributes(id=anchor),
    }
    return _wrap(context, "message", content, values)


@register.simple_block_tag(takes_context=True)
def fold(context: Context, content: str, *, summary: str, opened: bool = False) -> SafeString:
    """Quoted or long matter, folded and one click away."""
    return _wrap(context, "fold", content, {"summary": summary, "opened": opened})


@register.simple_block_tag(takes_context=True)
def composer(
    context: Context,
    content: str,
    *,
    action: str,
    label: str,
    kind: str = "reply",
    name: str = "body",
    value: str = "",
    placeholder: str = "",
    recipients: Sequence[str] = (),
    tabs: Sequence[Mapping[str, Any]] = (),
    errors: Sequence[str] = (),
    draft: str | None = None,
    draft_url: str | None = None,
    preview_url: str = "",
    templates_url: str = "",
    mentions_url: str = "",
    note: str = "",
    id: str = "composer",
    hx_post: str | None = None,
    hx_target: str | None = None,
    hx_swap: str | None = None,
) -> SafeString:
    """The form an answer is written in: POSTs `name` to `action`; the content is its foot (files,
    buttons). `draft` is a key under which the browser keeps what was typed until it is sent; with `draft_url` the
    server keeps it there. `note` are the words in the head of one that stays inside. With `preview_url`, which
    renders Markdown, there is a bar of buttons for it, with `templates_url` a list of templates by `/`, with
    `mentions_url` one of colleagues by `@`."""
    markup.allow("kind", kind, ("reply", "note", "forward"))
    values = {
        "label": label,
        "kind": kind,
        "value": value,
        "recipients": recipients,
        "tabs": tabs,
        "errors": errors,
        "id": id,
        "note": note,
        "preview_url": markup.link(preview_url),
        "templates_url": markup.link(templates_url),
        "attributes": markup.attributes(
            action=markup.link(action),
            id=id,
            data_draft=draft,
            data_draft_url=draft_url,
            **markup.htmx(None, hx_post, hx_target, hx_swap),
        ),
        "text_attributes": markup.attributes(
            id=f"{id}_text",
            name=name,
            placeholder=placeholder or None,
            aria_label=label,
            data_templates=markup.link(templates_url) or None,
            data_mentions=markup.link(mentions_url) or None,
            data_kind=kind if templates_url else None,
            **markup.described(id, "", errors),
        ),
    }
    return _wrap(context, "composer", content, values)


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context,
    content: str,
    *,
    title: str,
    facts: Sequence[Mapping[str, Any]] = (),
    link_url: str = "",
    link_label: str = "",
) -> SafeString:
    """A box of the side column; each fact has term and text, and may have url."""
    rows = [{**fact, "url": markup.link(str(fact.get("url", "")))} for fact in facts]
    values = {"title": title, "facts": rows, "link_url": markup.link(link_url), "link_label": link_label}
    return _wrap(context, "panel", content, values)


def _wrap(context: Context, name: str, content: str, values: dict[str, Any]) -> SafeString:
    """The wrapper's template round `content`, seeing nothing of the page but its CSRF token."""
    engine = context.template.engine  # type: ignore[union-attr]
    inner = context.new({**values, "content": content, "csrf_token": context.get("csrf_token", "")})
    return engine.get_template(f"core/ui/{name}.html").render(inner)
