"""Admin pages whose changes are lines of the journal instead of rows of Django's own log."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import InlineForeignKeyField
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminPasswordWidget

from helpdesk.core.retelling import retold
from helpdesk.journal.actions import record


class SecretField(forms.CharField):
    """Written, never shown: left empty it keeps what is stored."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False)
        super().__init__(required=False, strip=False, max_length=500, widget=widget, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class JournalledAdmin(ModelAdmin):
    """Nothing is deleted here; every save is one journal line with what was before and is now.

    Names in `secret_fields` are told as changed, without values.
    """

    secret_fields: frozenset[str] = frozenset()
    told_otherwise: tuple[type[models.Model], ...] = ()
    """Models of rows below whose changes the page tells itself."""
    compressed_fields = True
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = {name: self._told(name, form.initial.get(name)) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        after = {name: self._told(name, form.cleaned_data.get(name)) for name in form.changed_data}
        if not change:
            record(verb=f"{obj._meta.model_name}_added", subject=obj, by=_person(request), after=after)
        elif after:
            record(verb=f"{obj._meta.model_name}_changed", subject=obj, by=_person(request), before=before, after=after)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """What is written in the rows of another model below is told of the thing itself, row by row."""
        if formset.model in self.told_otherwise:
            super().save_formset(request, form, formset, change)
            return
        gone = {id(row): {name: row.initial.get(name) for name in _columns(row)} for row in formset.deleted_forms}
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            self._tell_row(request, form.instance, formset, row, gone.get(id(row)))

    def _tell_row(self, request: HttpRequest, thing: Any, formset: Any, row: Any, gone: dict[str, Any] | None) -> None:
        name, by = formset.model._meta.model_name, _person(request)
        changed = [column for column in row.changed_data if column in _columns(row)]
        before = {column: self._told(column, row.initial.get(column)) for column in changed}
        after = {column: self._told(column, row.cleaned_data.get(column)) for column in changed}
        if gone is not None:
            told = {column: self._told(column, value) for column, value in gone.items()}
            record(verb=f"{name}_removed", subject=thing, by=by, before=told)
        elif not changed:
            return
        elif any(made is row.instance for made in formset.new_objects):
            record(verb=f"{name}_added", subject=thing, by=by, after=after)
        else:
            record(verb=f"{name}_changed", subject=thing, by=by, before=before, after=after)

    def _told(self, name: str, value: object) -> object:
        return "[hidden]" if name in self.secret_fields else plain(value)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: object) -> None:
        """The journal has it."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: object) -> None:
        """The journal has it."""

    def log_deletions(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        """The journal has it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """The journal's lines about the thing."""
        label = self.model._meta.label_lower.replace(".", "__")
        return redirect(f"{reverse('admin:journal_entry_changelist')}?kind={label}&subject_id={object_id}")


class ReadOnlyAdmin(JournalledAdmin):
    """Things to look at: nobody adds or changes them here, save by the named actions of the page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ToldReason:
    """A column and field `why`: the stored reason in the language of whoever looks."""

    @admin.display(description=gettext_lazy("reason"), ordering="reason", empty_value="")
    def why(self, row: Any) -> str:
        return retold(row.reason)


def plain(value: object) -> object:
    """A form's value as JSON: things become their keys."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _columns(row: Any) -> list[str]:
    """The columns of a row's own thing that its form asks for."""
    hidden = ("DELETE", row.instance._meta.pk.name)
    return [
        name
        for name, field in row.fields.items()
        if name not in hidden and not isinstance(field, InlineForeignKeyField)
    ]


def _person(request: HttpRequest) -> models.Model:
    assert isinstance(request.user, models.Model), "the admin is entered by people alone"
    return request.user
