"""Small pieces of HTML."""

import pytest
from django.template import TemplateSyntaxError

from helpdesk.core.markup import allow, attributes, button_face, described, link


@pytest.mark.parametrize(
    "url",
    [
        *("/desk/", "?page=2", "#top", "", "desk/tickets/", "//cdn.example/x", "/a:b", "?at=10:00", "#a:b"),
        *("https://shop.example", "http://x", "HTTPS://X", "mailto:a@b.c", "tel:+49301"),
    ],
)
def test_link_that_leads_somewhere_is_kept(url):
    assert link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)"),
        *("data:text/html,x", "vbscript:x", "blob:https://x/1", "file:///etc/passwd", "x:/y"),
    ],
)
def test_link_that_acts_leads_nowhere(url):
    assert link(url) == ""


def test_attributes_are_escaped_and_left_out_when_they_say_nothing():
    assert attributes(hx_get='/a?b="c"&d', hidden=True, disabled=False, title=None, data_n=0) == (
        ' data-n="0" hx-get="/a?b=&quot;c&quot;&amp;d" hidden'
    )


@pytest.mark.parametrize(
    ("help", "errors", "expected"),
    [
        ("", [], (None, None)),
        ("h", [], ("body_help", None)),
        ("", ["e"], ("body_errors", "true")),
        ("h", ["e", "f"], ("body_help body_errors", "true")),
    ],
)
def test_control_is_tied_to_the_help_and_errors_it_has(help, errors, expected):
    found = described("body", help, errors)

    assert (found["aria-describedby"], found["aria-invalid"]) == expected


@pytest.mark.parametrize(
    ("arguments", "classes"),
    [
        (("plain", "normal", "", False), "button"),
        (("primary", "small", "", False), "button button-primary button-small"),
        (("danger", "large", "x", True), "button button-danger button-large button-icon"),
    ],
)
def test_button_has_the_classes_of_its_kind_and_size(arguments, classes):
    kind, size, icon, icon_only = arguments

    assert button_face("Save", kind, size, icon, icon_only, None)["classes"] == classes


def test_value_outside_its_list_is_refused_with_those_that_are_in_it():
    allow("kind", "a", ("a", "b"))

    with pytest.raises(TemplateSyntaxError, match="kind='c' is not one of a, b"):
        allow("kind", "c", ("a", "b"))
