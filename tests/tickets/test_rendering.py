"""Text that people write, as HTML and as one line."""

import pytest

from tickets.rendering import SNIPPET, markdown_to_html, snippet_of, without_folds


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello", "<p>Hello</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("**bold** and *kursiv*", "<p><strong>bold</strong> and <em>kursiv</em></p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html_and_raw_html_stays_text(text, html):
    assert markdown_to_html(text).strip() == html


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "[x](data:text/html,x)", "![x](javascript:alert(1))"])
def test_markdown_link_that_acts_is_no_link(text):
    html = markdown_to_html(text)

    assert ("href=" in html, "src=" in html) == (False, False)


def test_markdown_table_is_a_table():
    assert "<td>1</td>" in markdown_to_html("| a | b |\n|---|---|\n| 1 | 2 |")


@pytest.mark.parametrize(
    ("text", "snippet"),
    [
        ("  one\n\n two\tthree ", "one two three"),
        ("x" * 500, "x" * SNIPPET),
        (" " * 700 + "late", "late"),
        (" " * 801 + "too late", ""),
        ("", ""),
        ("> quoted\n\n# Head\n- **two** `hosts`", "quoted Head two hosts"),
        ("See [the page](https://shop.example/a) - 5 ** 2 * 3", "See the page - 5 ** 2 * 3"),
        ("-5 degrees [sic] #12", "-5 degrees [sic] #12"),
    ],
)
def test_snippet_is_the_beginning_on_one_line(text, snippet):
    assert snippet_of(text) == snippet


@pytest.mark.parametrize(
    ("folds", "left"),
    [
        ([], "own quote more signature"),
        ([[4, 9]], "own more signature"),
        ([[0, 24]], ""),
        ([[4, 10], [15, 24]], "own more"),
        ([[0, 4]], "quote more signature"),
    ],
)
def test_own_words_are_what_is_left_without_the_folds(folds, left):
    assert " ".join(without_folds("own quote more signature", folds).split()) == left
