"""Every component renders, escapes what people wrote and refuses what it does not know."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.backends.django import DjangoTemplates
from django.template.loader import get_template
from django.utils import translation

from helpdesk.core.ui_gallery import gallery_context

HOSTILE = '"><script>alert(1)</script>'
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
AT = datetime(2026, 11, 17, 14, 5, tzinfo=UTC)

LEAVES = {
    "icon": 'name="check"',
    "button": "label=hostile hotkey=hostile confirm=hostile name=hostile value=hostile hx_post=hostile",
    "button_link": 'label=hostile url="/x/?a=b&c=d"',
    "select": 'name="sort" label=hostile options=options help=hostile errors=errors',
    "checkbox": 'name="watch" label=hostile help=hostile value=hostile',
    "status": 'value="open" label=hostile',
    "priority": 'value="urgent"',
    "tag": "label=hostile url=hostile",
    "chip": "label=hostile name=hostile remove_url=hostile",
    "avatar": "name=hostile",
    "menu_item": "label=hostile post=hostile confirm=hostile name=hostile value=hostile",
    "toast": "text=hostile",
    "notice": 'text=hostile title=hostile kind="bad"',
    "tabs": "label=hostile items=tabs",
    "progress": "label=hostile value=3 text=hostile",
    "event": "text=hostile who=hostile at=at",
    "file": "name=hostile size=2048 url=hostile content_type=hostile",
    "delivery": 'state="failed" text=hostile',
    "pager": "newer_url=hostile older_url=hostile text=hostile",
    "timetag": "at=at",
    "filesize": "count=2048",
    "styles": "",
    "field": "bound=bound help=hostile",
}
WRAPPERS = {
    "labelled": 'label=hostile id="phone" help=hostile errors=errors',
    "menu": "label=hostile",
    "dialog": 'id="move" title=hostile',
    "table": "label=hostile",
    "empty": "title=hostile text=hostile",
    "message": 'kind="note" author=hostile via=hostile at=at anchor=hostile',
    "fold": "summary=hostile",
    "composer": "action=hostile label=hostile value=hostile recipients=errors tabs=tabs errors=errors",
    "panel": "title=hostile facts=facts link_url=hostile link_label=hostile",
}
ALL = [(name, f"{{% {name} {arguments} %}}") for name, arguments in LEAVES.items()] + [
    (name, f"{{% {name} {arguments} %}}inside{{% end{name} %}}") for name, arguments in WRAPPERS.items()
]


class SubjectForm(forms.Form):
    subject = forms.CharField(help_text="One line.")
    agreed = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def rendered(source: str, **values: object) -> str:
    context = {
        "hostile": HOSTILE,
        "errors": [HOSTILE],
        "options": [(HOSTILE, HOSTILE)],
        "tabs": [{"label": HOSTILE, "url": HOSTILE, "count": HOSTILE, "hotkey": HOSTILE}],
        "facts": [{"term": HOSTILE, "text": HOSTILE, "url": HOSTILE}],
        "at": AT,
        "bound": SubjectForm({"subject": HOSTILE})["subject"],
        "csrf_token": "token",
    }
    return Template("{% load ui %}" + source).render(Context(context | values))


@pytest.mark.parametrize(("name", "source"), ALL, ids=[name for name, _source in ALL])
def test_component_given_hostile_text_escapes_it(name: str, source: str) -> None:
    html = rendered(source)

    assert html.strip()
    assert "<script" not in html
    assert 'alert(1)"' not in html


@pytest.mark.parametrize(("name", "source"), ALL, ids=[name for name, _source in ALL])
def test_component_given_an_unknown_attribute_refuses_to_compile(name: str, source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="colour"):
        rendered(source.replace(f"{{% {name} ", f'{{% {name} colour="red" ', 1))


@pytest.mark.parametrize(("name", "source"), ALL, ids=[name for name, _source in ALL])
def test_component_given_a_positional_argument_refuses_to_compile(name: str, source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="positional"):
        rendered(source.replace(f"{{% {name} ", f'{{% {name} "red" ', 1))


def test_list_of_tested_components_is_the_whole_library() -> None:
    library = Engine(libraries={"ui": "helpdesk.core.templatetags.ui"}).template_libraries["ui"]

    assert sorted(library.tags) == sorted([*LEAVES, *WRAPPERS])


@pytest.mark.parametrize(
    "source",
    [
        '{% status value="lost" %}',
        '{% priority value="red" %}',
        '{% button label="x" kind="purple" %}',
        '{% button label="x" size="vast" %}',
        '{% avatar name="x" size="vast" %}',
        '{% toast text="x" kind="loud" %}',
        '{% delivery state="lost" %}',
        '{% timetag at=at style="odd" %}',
        '{% message kind="theirs" author="x" at=at %}{% endmessage %}',
        '{% composer action="/" label="x" kind="shout" %}{% endcomposer %}',
        '{% dialog id="x" title="x" width="vast" %}{% enddialog %}',
        '{% menu label="x" opens="left" %}{% endmenu %}',
    ],
)
def test_component_given_a_value_outside_its_list_refuses(source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="is not one of"):
        rendered(source)


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_link_given_an_acting_scheme_leads_nowhere(url: str) -> None:
    html = rendered(
        '{% button_link label="x" url=url %}{% file name="x" size=1 url=url %}{% tag label="x" url=url %}', url=url
    )

    assert "script:" not in html.lower()
    assert "data:" not in html


@pytest.mark.parametrize(
    "url", ["/desk/?q=a:b", "#part", "https://shop.example/", "mailto:clara@shop.example", "tel:+49"]
)
def test_link_given_an_ordinary_address_keeps_it(url: str) -> None:
    assert f'href="{url}"' in rendered('{% button_link label="x" url=url %}', url=url)


def test_field_with_help_and_errors_ties_them_to_the_control() -> None:
    html = rendered("{% field bound=bound %}", bound=SubjectForm({})["subject"])

    assert re.search(r'<input[^>]*aria-describedby="id_subject_help id_subject_errors"', html)
    assert re.search(r'<input[^>]*aria-invalid="true"', html)
    assert 'for="id_subject"' in html
    assert 'id="id_subject_help"' in html
    assert 'id="id_subject_errors"' in html


def test_field_without_errors_says_nothing_of_them() -> None:
    html = rendered("{% field bound=bound %}", bound=SubjectForm()["subject"])

    assert "aria-invalid" not in html
    assert "field-errors" not in html


def test_field_of_a_checkbox_puts_the_box_before_its_label() -> None:
    html = rendered("{% field bound=bound %}", bound=SubjectForm()["agreed"])

    assert html.index("<input") < html.index("<label")


def test_field_of_a_choice_by_radio_is_a_fieldset_with_a_legend() -> None:
    html = rendered("{% field bound=bound %}", bound=SubjectForm()["way"])

    assert "<fieldset" in html
    assert "<legend" in html


def test_button_that_opens_a_dialog_submits_nothing() -> None:
    html = rendered('{% button label="Move" opens="move" %}')

    assert 'type="button"' in html
    assert 'command="show-modal"' in html
    assert 'commandfor="move"' in html


def test_button_of_an_icon_alone_has_a_name() -> None:
    assert 'aria-label="Print"' in rendered('{% button label="Print" icon="print" icon_only=True %}')


def test_menu_item_that_posts_carries_the_csrf_token() -> None:
    html = rendered('{% menu_item label="Close" post="/desk/tickets/1/closure/" %}')

    assert 'method="post"' in html
    assert 'name="csrfmiddlewaretoken" value="token"' in html


def test_composer_carries_the_csrf_token_and_what_was_typed() -> None:
    html = rendered('{% composer action="/x/" label="Reply" value="Dear Clara" %}{% endcomposer %}')

    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert "Dear Clara</textarea>" in html


def test_composer_whose_text_starts_with_an_empty_line_keeps_it() -> None:
    html = rendered('{% composer action="/x/" label="Reply" value=value %}{% endcomposer %}', value="\nDear Clara")

    assert ">\n\nDear Clara</textarea>" in html


def test_wrapper_shows_its_content_as_it_is() -> None:
    html = rendered('{% panel title="Clara" %}<ul class="lines"></ul>{{ hostile }}{% endpanel %}')

    assert '<ul class="lines"></ul>' in html
    assert "&lt;script&gt;" in html


def test_status_is_told_by_a_word_too() -> None:
    assert rendered('{% status value="on_hold" %}').strip() == '<span class="status status-on_hold">On hold</span>'


def test_priority_without_label_still_speaks_to_screen_readers() -> None:
    html = rendered('{% priority value="high" hide_label=True %}')

    assert '<span class="visually-hidden">High</span>' in html


def test_avatar_of_the_same_key_keeps_its_hue_whatever_the_name() -> None:
    one = rendered('{% avatar name="Anna Orlova" key="anna@helpdesk.example" %}')
    other = rendered('{% avatar name="Anna Petrova" key="anna@helpdesk.example" %}')

    assert re.findall(r"hue-\d+", one) == re.findall(r"hue-\d+", other)


def test_gallery_shows_every_component_with_nothing_undefined() -> None:
    options = {
        "NAME": "strict",
        "DIRS": [TEMPLATES],
        "APP_DIRS": True,
        "OPTIONS": {"string_if_invalid": "UNDEFINED %s"},
    }
    html = DjangoTemplates(options).get_template("core/ui_gallery.html").render(gallery_context())

    assert "UNDEFINED" not in html
    shown = set(re.findall(r'class="([a-z]+)', html))
    assert {"avatar", "button", "chip", "composer", "delivery", "dialog", "empty", "event", "facts"} <= shown
    assert {"field", "file", "fold", "menu", "message", "notice", "pager", "panel", "priority"} <= shown
    assert {"progress", "rows", "status", "table", "tabs", "tag", "toast"} <= shown


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "413", "500", "503"])
def test_error_page_without_any_context_says_what_happened(code: str) -> None:
    html = get_template(f"{code}.html").render()

    assert f'<p class="entrance-code">{code[:3]}</p>' in html
    assert re.search(r"<h1>[A-Z][^<]+</h1>", html)
    assert "<script" not in html


def test_page_in_another_language_says_so() -> None:
    with translation.override("ru"):
        assert '<html lang="ru">' in get_template("500.html").render()
