import pytest
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from helpdesk.core.parts import Kept, frozen, part, part_of


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
    assert repr(frozen(one)) != repr(frozen(other))


@pytest.fixture
def form(tmp_path, template):
    (tmp_path / "form.html").write_text("<p>{{ text }}</p>{% csrf_token %}<i>{{ nonce }}</i>")
    return "form.html"


def test_part_when_a_value_is_late_then_each_printing_has_its_own(form):
    first = part(form, {"text": "a"}, late={"csrf_token": "token1", "nonce": "n1"})
    second = part(form, {"text": "a"}, late={"csrf_token": "token2", "nonce": "n2"})

    assert first == '<p>a</p><input type="hidden" name="csrfmiddlewaretoken" value="token1"><i>n1</i>'
    assert second == '<p>a</p><input type="hidden" name="csrfmiddlewaretoken" value="token2"><i>n2</i>'


def test_part_when_a_late_value_is_hostile_then_escaped(form):
    assert "<i>&lt;script&gt;</i>" in part(form, {"text": "a"}, late={"csrf_token": "t", "nonce": "<script>"})


def test_part_when_printed_without_the_late_values_of_another_then_it_has_no_marks(form):
    part(form, {"text": "b"}, late={"csrf_token": "token", "nonce": "n"})

    assert part(form, {"text": "b"}, late={"csrf_token": "token"}) == part(form, {"text": "b"}).replace(
        "<i>", '<input type="hidden" name="csrfmiddlewaretoken" value="token"><i>'
    )


def test_part_of_when_the_facts_are_the_same_then_values_are_made_once(template):
    made = []

    def values():
        made.append(1)
        return {"text": "facts", "more": []}

    assert part_of(template, ("x", 1), values) is part_of(template, ("x", 1), values)
    assert made == [1]


def test_kept_when_full_then_what_was_longest_unused_goes():
    kept = Kept(most_bytes=1_000)
    kept.put(b"old", SafeString("a" * 300))
    kept.put(b"used", SafeString("b" * 300))
    kept.get(b"old")

    kept.put(b"new", SafeString("c" * 300))

    assert [kept.get(key) is not None for key in (b"old", b"used", b"new")] == [True, False, True]


def test_kept_when_a_part_is_larger_than_everything_then_not_kept_and_nothing_breaks():
    kept = Kept(most_bytes=1_000)

    kept.put(b"large", SafeString("a" * 2_000))

    assert (kept.get(b"large"), len(kept)) == (None, 0)
