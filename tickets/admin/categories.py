"""Categories, and how their form looks to whoever files a request."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from helpdesk.journal.administration import JournalledAdmin
from tickets.admin.words import WordsField
from tickets.forms.described import DescribedForm
from tickets.models import Category
from tickets.queries.definitions import current_definitions

NO_WORDS = frozenset({"none"})
"""What the list's URL means otherwise."""


class CategoryForm(forms.ModelForm):
    name = WordsField(label=gettext_lazy("Name"), longest=100)
    help = WordsField(
        label=gettext_lazy("Help"),
        longest=500,
        required=False,
        help_text=gettext_lazy("Stands under the category once it is chosen: what belongs here, what helps us."),
    )

    class Meta:
        model = Category
        fields = ("key", "name", "help", "team", "is_for_customers", "position", "is_active")

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).lower()
        if key in NO_WORDS:
            raise ValidationError(_("Choose another word: this one means “without a category”."))
        return key


@admin.register(Category)
class CategoryAdmin(JournalledAdmin):
    """A category is switched off, never deleted, and its word stays: addresses and programs know it."""

    form = CategoryForm
    fields = CategoryForm.Meta.fields
    list_display = ("__str__", "key", "team", "is_for_customers", "position", "is_active", "look")
    list_select_related = ("team",)
    list_filter = ("is_active", "is_for_customers")
    ordering = ("position", "pk")
    change_form_before_template = "admin/tickets/category/links.html"

    @admin.display(description=gettext_lazy("preview"))
    def look(self, category: Category) -> SafeString:
        address = reverse("admin:tickets_category_preview", args=[category.pk])
        return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', address, _("Preview"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_safe(self.preview_view))
        return [path("<int:pk>/preview/", preview, name="tickets_category_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The category and its fields as customers are asked, or with `?as=staff` as staff are; nothing is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        category = get_object_or_404(Category, pk=pk)
        to_staff = request.GET.get("as") == "staff" or not category.is_for_customers
        asked = request.GET.copy()
        asked["category"] = category.key
        form = DescribedForm(definitions=current_definitions(), to_staff=to_staff, asked=asked)
        context = {"form": form, "category": category, "to_staff": to_staff}
        return render(request, "admin/tickets/category/preview.html", context)
