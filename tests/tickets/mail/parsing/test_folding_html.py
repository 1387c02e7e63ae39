import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.sanitising import clean_mail_html
from tickets.mail.parsing.folding import fold_html

FOLD = re.compile(r'<details class="fold"><summary>•••</summary>(.*?)</details>', re.S)


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def parts(html: str) -> tuple[str, str]:
    """The words that stay visible and those that fold, of a mail as it came."""
    folded = fold_html(clean_mail_html(html).html)
    return " ".join(words(FOLD.sub(" ", folded)).split()), " ".join(words(" ".join(FOLD.findall(folded))).split())


INTRODUCTION = "On Mon, Jan 15, 2024 at 2:30 PM Anna &lt;anna@desk.example&gt; wrote:"
SHOWN = "On Mon, Jan 15, 2024 at 2:30 PM Anna <anna@desk.example> wrote:"
HEAD = "<b>From:</b> Anna &lt;anna@desk.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Clara<br><b>Subject:</b> RE: x"
HEAD_SHOWN = "From: Anna <anna@desk.example>Sent: MondayTo: ClaraSubject: RE: x"


@pytest.mark.parametrize(
    ("html", "shown", "folded"),
    [
        pytest.param(
            f'<div dir="ltr">It works</div><br><div class="gmail_quote">'
            f'<div class="gmail_attr">{INTRODUCTION}<br></div>'
            '<blockquote class="gmail_quote">Try this</blockquote></div>',
            "It works",
            f"{SHOWN}Try this",
            id="gmail",
        ),
        pytest.param(
            f'<div class="gmail_quote"><div class="gmail_attr">{INTRODUCTION}</div><blockquote class="gmail_quote">One?'
            '</blockquote><div>Yes</div><blockquote class="gmail_quote">Two?</blockquote><div>No</div></div>',
            "Yes No",
            f"{SHOWN}One? Two?",
            id="gmail, answers between",
        ),
        pytest.param(
            '<p>See below</p><div class="gmail_quote">'
            '<div class="gmail_attr">---------- Forwarded message ---------<br>'
            "From: A &lt;a@b.example&gt;</div>news <blockquote>older</blockquote> and more</div>",
            "See below",
            "---------- Forwarded message ---------From: A <a@b.example>news older and more",
            id="gmail, forward with a word of one's own",
        ),
        pytest.param(
            f"<div class=WordSection1><p class=MsoNormal>It works<o:p></o:p></p><div><div style='border-top:solid'>"
            f"<p class=MsoNormal>{HEAD}<o:p></o:p></p></div></div><p>Try this</p><p>Anna</p></div>",
            "It works",
            f"{HEAD_SHOWN}Try thisAnna",
            id="outlook",
        ),
        pytest.param(
            '<div>It works</div><div id="appendonsend"></div><hr tabindex="-1"><div id="x_x_divRplyFwdMsg" dir="ltr">'
            f"<font>{HEAD}</font><div>&nbsp;</div></div><div>Try this</div>",
            "It works",
            f"{HEAD_SHOWN} Try this",
            id="outlook on the web, ids renamed",
        ),
        pytest.param(
            f'<p>It works</p><table><tbody><tr><td id="divRplyFwdMsg">{HEAD}</td></tr></tbody></table><p>Try this</p>',
            "It works",
            f"{HEAD_SHOWN}Try this",
            id="head in a table",
        ),
        pytest.param(
            '<div class="moz-cite-prefix">Am 15.01.2024 um 14:30 schrieb Anna:<br></div><blockquote type="cite">Eins?'
            '</blockquote><p>Ja</p><blockquote type="cite">Zwei?</blockquote><p>Nein</p>',
            "Ja Nein",
            "Am 15.01.2024 um 14:30 schrieb Anna:Eins? Zwei?",
            id="thunderbird, answers between",
        ),
        pytest.param(
            '<div>Работает</div><div>15.01.2024, 14:30, "Анна" &lt;anna@desk.example&gt;:</div><blockquote>Попробуйте'
            "</blockquote><div>Спасибо</div>",
            "Работает Спасибо",
            '15.01.2024, 14:30, "Анна" <anna@desk.example>:Попробуйте',
            id="yandex",
        ),
        pytest.param(
            '<div>Работает</div><blockquote style="border-left:1px solid">'
            "Понедельник, 15 января 2024, 14:30 +03:00"
            " от Анна &lt;anna@desk.example&gt;:<br><div>Попробуйте</div></blockquote>",
            "Работает",
            "Понедельник, 15 января 2024, 14:30 +03:00 от Анна <anna@desk.example>:Попробуйте",
            id="mail.ru",
        ),
        pytest.param(
            "<div>Работает</div><div>Анна Иванова &lt;anna@desk.example&gt; пишет:</div>"
            "<blockquote>Попробуйте</blockquote>",
            "Работает",
            "Анна Иванова <anna@desk.example> пишет:Попробуйте",
            id="name first",
        ),
        pytest.param(
            f'<div>It works</div><div><blockquote type="cite"><div>{INTRODUCTION}</div>'
            "<div>Try</div></blockquote></div>",
            "It works",
            f"{SHOWN}Try",
            id="apple",
        ),
        pytest.param(
            f'<div>It works</div><div class="protonmail_quote">{INTRODUCTION}<br><blockquote class="protonmail_quote" '
            'type="cite">Try</blockquote></div>',
            "It works",
            f"{SHOWN}Try",
            id="proton",
        ),
        pytest.param(
            f'<div>It works</div><div id="ydp1a2b-yahoo_quoted_1234567" class="yahoo_quoted"><div>{INTRODUCTION}</div>'
            "<div>Try</div></div>",
            "It works",
            f"{SHOWN}Try",
            id="yahoo",
        ),
        pytest.param(
            '<div>It works</div><div class="zmail_extra">---- On Wed, 24 Feb 2021 14:02:50 +0530 a@b.example wrote ----'
            "<br><div>Try</div></div>",
            "It works",
            "---- On Wed, 24 Feb 2021 14:02:50 +0530 a@b.example wrote ----Try",
            id="zoho",
        ),
        pytest.param(
            f"<p>It works<br>{INTRODUCTION}<br>&gt; Try<br>&gt; this<br>Thanks again</p>",
            "It works Thanks again",
            f"{SHOWN}> Try> this",
            id="marks of plain text inside one paragraph",
        ),
        pytest.param(
            f"<pre>It works\n\n{INTRODUCTION}\n&gt; Try\n&gt; this\n\nThanks</pre>",
            "It works Thanks",
            f"{SHOWN} > Try > this",
            id="preformatted",
        ),
    ],
)
def test_quote_in_html_of_many_programs_folds_and_own_words_stay(html: str, shown: str, folded: str) -> None:
    assert parts(html) == (shown, folded)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Only a question</p>",
        '<blockquote type="cite">only a quote</blockquote>',
        '<div class="gmail_quote">---------- Forwarded message ---------<br>From: A &lt;a@b.example&gt;<br>news</div>',
        f'<div id="divRplyFwdMsg">{HEAD}</div><p>forwarded as it was</p>',
        '<p>Look at</p><blockquote style="margin-left:40px">my own list</blockquote><p>of things</p>',
        '<div class="gmail_quote">my words, typed in the wrong place</div><p>and more</p>',
        "<p>Please book:</p><p>From: London<br>To: Paris<br>Date: 3 May</p><p>Thanks</p>",
    ],
)
def test_html_without_a_quote_to_fold_stays_as_it_is(html: str) -> None:
    cleaned = clean_mail_html(html).html

    assert fold_html(cleaned) == cleaned


@pytest.mark.parametrize("html", ["<p>unclosed <blockquote data-quote='quote'>", "</p>", "a < b", "<p></div>"])
def test_html_that_no_cleaner_made_comes_back_unchanged(html: str) -> None:
    assert fold_html(html) == html


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<br>",
            "<hr>",
            "own words",
            "&gt; quoted",
            "&nbsp;",
            "<pre>",
            "</pre>",
            "\n",
        ),
        *('<blockquote type="cite">', "<blockquote>", "</blockquote>", '<div class="gmail_quote">', INTRODUCTION, HEAD),
        *('<div id="divRplyFwdMsg">', '<div class="gmail_attr">', "<table><tr><td>", "</table>", "<ul><li>", "</ul>"),
        *("-----Original Message-----", "<b>", "</b>", "<span>", "</span>", '<img src="cid:a">', "a &amp; b &lt;c&gt;"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_folding_of_any_html_adds_folds_and_changes_nothing_else(html: str) -> None:
    cleaned = clean_mail_html(html).html

    folded = fold_html(cleaned)

    assert words(folded.replace("<summary>•••</summary>", "")) == words(cleaned)
    bare = re.sub(r'<details class="fold"><summary>•••</summary>|</details>', "", folded)
    assert re.sub(r"</p>(<p[^>]*>)", "", bare) == re.sub(r"</p>(<p[^>]*>)", "", cleaned)
    assert folded.count("<details") == folded.count("</details>")


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote type="cite">x</blockquote>y' * 12_000,
        "<div class=gmail_quote>" * 399 + "x" + "</div>" * 399 + "y",
        "<div class=gmail_quote>On 1 May 2025 A wrote:<br></div>" * 16_000,
        "<pre>" + "&gt; x\n" * 200_000 + "</pre>y",
        "<p>" + "&gt; x<br>y<br>" * 20_000,
    ],
    ids=lambda html: repr(html[:24]),
)
def test_hostile_html_is_folded_in_seconds(html: str) -> None:
    cleaned = clean_mail_html(html).html
    began = time.process_time()

    fold_html(cleaned)

    assert time.process_time() - began < 5  # a second when nothing else runs; minutes where it grew by the square
