"""In what form a key is taken."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from vpn.bundling import formats_of
from vpn.enums import BundleFormat

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other."""
SHORTEST_PASSPHRASE = 12


class TakingForm(forms.Form):
    """`passphrase` seals PKCS#12; the page proposes one, which it shows this once."""

    form = forms.ChoiceField(choices=BundleFormat.choices)
    passphrase = forms.CharField(required=False, max_length=200, strip=False)

    def __init__(self, *args: Any, engine: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["form"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, each.label) for each in formats_of(engine)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_short = len(cleaned.get("passphrase", "")) < SHORTEST_PASSPHRASE
        if cleaned.get("form") == BundleFormat.PKCS12 and is_short:
            self.add_error("passphrase", _("The passphrase has at least 12 characters."))
        return cleaned


def new_passphrase() -> str:
    """Four groups of five: about 98 bits of chance."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _group in range(4))
