"""Which column holds what."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, Any] = {
    "name": _("Full name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "organisation": _("Organisation"),
    "language": _("Language"),
    "notes": _("Important"),
}
"""Everything a column can be, in the order in which it is exported."""

REASONS = _("Reasons")
"""The head of the column in which broken rows say what is wrong with them."""

_CALLED = {
    "name": "name fullname customer contact person contactname имя фио имяифамилия контакт контактноелицо клиент",
    "email": "email mail emailaddress address почта электроннаяпочта эмейл емейл имейл элпочта адрес адресэлпочты",
    "phone": "phone telephone tel mobile phonenumber телефон тел мобильный номертелефона",
    "organisation": "organisation organization company firm client организация компания фирма юрлицо",
    "language": "language lang язык",
    "notes": "important notes note comment remark remarks важное заметки заметка примечание примечания комментарий",
}
_WORDS = {word: field for field, words in _CALLED.items() for word in words.split()}
_SIGNS = re.compile(r"[\W_]+")


def match_columns(header: Sequence[str]) -> list[str]:
    """For each column the field that its head names in English or Russian, "" where it names none; no field twice."""
    matching: list[str] = []
    for head in header:
        field = _WORDS.get(_SIGNS.sub("", head.casefold()), "")
        matching.append(field if field not in matching else "")
    return matching
