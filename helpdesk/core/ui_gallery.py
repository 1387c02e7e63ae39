"""What the page with every component shows (templates/core/ui_gallery.html)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core import markup, readable
from helpdesk.core.templatetags import ui

NOW = datetime(2026, 11, 17, 14, 32, tzinfo=UTC)

RAIL = [
    {
        "title": _("Tickets"),
        "items": [
            {"label": "Mine", "url": "#mine", "count": 7, "current": False, "hot": False},
            {"label": "Line 1", "url": "#line", "count": 23, "current": True, "hot": False},
            {"label": "Unassigned", "url": "#unassigned", "count": 4, "current": False, "hot": False},
            {"label": "Overdue", "url": "#overdue", "count": 2, "current": False, "hot": True},
            {"label": "All", "url": "#all", "count": "999+", "current": False, "hot": False},
        ],
    },
    {
        "title": _("Clients"),
        "items": [
            {"label": "People", "url": "#people", "count": "", "current": False, "hot": False},
            {"label": "Organisations", "url": "#organisations", "count": "", "current": False, "hot": False},
        ],
    },
]

_ROWS = [
    (20481, "urgent", "open", "Checkout stops after the payment step", "payments", "Clara Weiss", "Nordlicht Shop", 1),
    (20477, "high", "open", "Не приходит письмо с подтверждением заказа", "mail", "Павел Громов", "Дом и сад", 12),
    (20466, "normal", "new", "Licence says it belongs to another domain", "licence", "Ingrid Sol", "Fjell Sport", 34),
    (20459, "low", "waiting", "Обновление модуля доставки", "", "Ольга Лебедева", "Ткани 24", 80),
    (20452, "normal", "on_hold", "Quote for a second storefront", "quote", "Marc Dubois", "Atelier Dubois", 105),
    (20408, "normal", "resolved", "Invoice with a wrong VAT number", "billing", "Jana Nováková", "Zahrada", 900),
    (20396, "normal", "closed", "How to add a banner to the first page", "", "Li Na", "Lotus Tea", 4000),
]

FILES = [
    {"name": "checkout-502.png", "size": 188_416, "content_type": "image/png"},
    {"name": "Протокол обмена за ноябрь, полный, с пояснениями.xlsx", "size": 2_411_724, "content_type": "text/csv"},
    {"name": "access.log.gz", "size": 640, "content_type": "application/gzip"},
    {"name": "contract.pdf", "size": 15_728_640, "content_type": "application/pdf"},
    {"name": "forwarded.eml", "size": 9_216, "content_type": "message/rfc822"},
    {"name": "unknown.bin", "size": 1_000, "content_type": ""},
]

FACTS = [
    {"term": "Organisation", "text": "Nordlicht Shop", "url": "#organisation"},
    {"term": "Contract", "text": "Care 24/7, answers in 15 minutes"},
    {"term": "Local time", "text": "15:32 Berlin"},
]

TABS: list[dict[str, Any]] = [
    {"label": "Reply", "url": "#reply", "current": True, "hotkey": "r"},
    {"label": "Note", "url": "#note", "hotkey": "m"},
    {"label": "Forward", "url": "#forward"},
]


class GalleryForm(forms.Form):
    """One field of each kind; bound to nothing it shows errors."""

    subject = forms.CharField(label=_("Subject"), help_text=_("One line that says what it is about."))
    body = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    team = forms.ChoiceField(label=_("Team"), choices=[("1", "Line 1"), ("2", "Line 2")])
    agreed = forms.BooleanField(label=_("Send me a copy"), required=False, help_text=_("To the address above."))


def gallery_context() -> dict[str, Any]:
    """Everything templates/core/ui_gallery.html reads; no query, always the same."""
    return {
        "rail": RAIL,
        "person": {
            "name": "Anna Orlova",
            "initials": "AO",
            "hue": readable.hue("anna@helpdesk.example"),
            "theme": "system",
            "page": "",
            "journal": "",
        },
        "now": NOW,
        "yesterday": NOW - timedelta(days=1, minutes=50),
        "long_ago": NOW - timedelta(days=400),
        "statuses": list(ui.STATUSES),
        "priorities": list(ui.PRIORITIES),
        "deliveries": list(ui.DELIVERIES),
        "tones": list(ui.TONES),
        "buttons": markup.BUTTONS,
        "people": ["Anna Orlova", "Timur Aliev", "Clara Weiss", "Павел Громов", "Jana Nováková", "Li Na", "Sergei"],
        "rows": [_row(*row) for row in _ROWS],
        "files": FILES,
        "facts": FACTS,
        "tabs": TABS,
        "page_tabs": [{**tab, "hotkey": "", "count": index * 4} for index, tab in enumerate(TABS)],
        "options": [("first", "Due first"), ("new", "Newest first")],
        "recipients": ["Clara Weiss", "accounts@nordlicht-shop.example"],
        "empty_errors": [],
        "some_errors": [_("Write something first.")],
        "form": GalleryForm(),
        "refused_form": GalleryForm({"team": "9"}),
        "swatches": ["paper", "low", "high", "accent", "accent-wash", "good-wash", "warn-wash", "bad-wash"],
    }


def _row(
    number: int, priority: str, status: str, subject: str, tag: str, who: str, organisation: str, minutes: int
) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes)
    return {
        "number": number,
        "priority": priority,
        "priority_word": ui.PRIORITIES[priority],
        "status": status,
        "status_word": ui.STATUSES[status],
        "subject": subject,
        "tag": tag,
        "who": who,
        "organisation": organisation,
        "initials": readable.initials(who),
        "hue": readable.hue(who),
        "due": {"urgent": "late", "high": "soon"}.get(priority, ""),
        "at": at,
        "at_text": readable.moment(at, style="short", now=NOW),
    }
