import pytest
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from helpdesk.core.parts import frozen, part


@pytest.fixture
def template(tmp_path, settings):
    """A template of our own, found before the program's."""
    (tmp_path / "part.html").write_text("{% load i18n %}<p>{{ text }}{% for one in more %} {{ one }}{% endfor %}</p>")
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
    settings.TEMPLATES = [engine]
    return "part.html"


def test_part_when_printed_twice_then_the_very_same(template):
    assert part(template, {"text": "a", "more": ["b"]}) is part(template, {"text": "a", "more": ["b"]})


def test_part_when_text_is_hostile_then_escaped_even_after_the_same_text_was_safe(template):
    safe = part(template, {"text": SafeString("<b>x</b>"), "more": []})
    escaped = part(template, {"text": "<b>x</b>", "more": []})

    assert safe == "<p><b>x</b></p>"
    assert escaped == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_part_when_a_value_deep_inside_differs_then_printed_anew(template):
    assert part(template, {"text": "a", "more": ["b"]}) != part(template, {"text": "a", "more": ["c"]})


def test_part_when_language_or_zone_differs_then_not_shared(template):
    with translation.override("en"), timezone.override("UTC"):
        english = part(template, {"text": "t", "more": []})
    with translation.override("ru"):
        assert part(template, {"text": "t", "more": []}) is not english


def test_part_when_a_value_may_change_unseen_then_refused(template):
    with pytest.raises(TypeError, match="object"):
        part(template, {"text": object(), "more": []})


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), ("1", 1), ("", None), ([1], [[1]])])
def test_frozen_when_values_print_differently_then_keys_differ(one, other):
    assert frozen(one) != frozen(other)
