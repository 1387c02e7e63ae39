"""What administrators say of hosts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from helpdesk.core.errors import Refused
from vpn.models import Host, Server
from vpn.servers.actions.hosting import HostDetails, sound


class HostForm(forms.ModelForm):
    """A server has one host; which it is is said once."""

    class Meta:
        model = Host
        fields = ("server", *HostDetails.__slots__)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "server" in self.fields:
            field = self.fields["server"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Server.objects.filter(host__isnull=True).order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        server = cleaned.get("server") or (self.instance.server if self.instance.pk else None)
        if not self.errors and server is not None:
            try:
                sound(server, self.details())
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return cleaned

    def details(self) -> HostDetails:
        """What was said, but of which server."""
        return HostDetails(**{name: self.cleaned_data[name] for name in HostDetails.__slots__})
