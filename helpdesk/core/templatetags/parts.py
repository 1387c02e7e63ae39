"""Parts of a page that are printed once for the same values: `{% load parts %}`."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from helpdesk.core.parts import part

register = template.Library()


@register.simple_tag(takes_context=True)
def printed(context: Context, template: str, *, late: str = "", **values: Any) -> SafeString:
    """The template with these values and nothing else of the page, kept for the next page that has the same.

    `late` names, with spaces between, what the page knows and only this request may see; `csrf_token` is always one.
    """
    return part(template, values, late={name: context.get(name, "") for name in ("csrf_token", *late.split())})
