import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail.parsing.folding import fold_text, visible_text


def shown(text: str) -> str:
    return visible_text(text, fold_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Just a question?\n",
        "> only a quote\n> and more\n",
        "On Mon, 5 May 2025 at 10:00, Anna <anna@desk.example> wrote:\n> all quote\n",
        "-----Original Message-----\nFrom: a@b.example\nSent: Monday\nTo: c@d.example\nSubject: x\n\nForwarded words\n",
        "Sent from my iPhone",
    ],
)
def test_text_of_which_nothing_would_stay_visible_is_not_folded(text: str) -> None:
    assert fold_text(text) == ()


def test_answers_between_quotes_stay_visible() -> None:
    text = "Клара пишет:\n\nOn 5 May 2025, Anna wrote:\n> One?\nYes.\n> Two?\n\nNo.\n\n> Three?\n"

    assert shown(text) == "Клара пишет:\n\nYes.\n\nNo.\n\n"


def test_reply_below_the_quote_stays_visible() -> None:
    text = "On 5 May 2025, Anna wrote:\n> Does it work?\n\nIt does.\n\n-- \nClara\n"

    assert shown(text) == "\nIt does.\n\n"


def test_body_then_quote_then_signature_shows_the_body() -> None:
    quote = "On Tue, 1 Sep 2026, Support <support@desk.example> wrote:\n> quoted\n> more"
    text = f"Body of the mail.\n\nSecond paragraph.\n\n{quote}\n\n--\nClara\nRef: M000001 T000001\n"

    assert fold_text(text) == ((text.index("On Tue"), len(text)),)


@pytest.mark.parametrize(
    ("sender", "sent", "to", "subject"),
    [
        ("From", "Sent", "To", "Subject"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("От кого", "Дата", "Кому", "Тема"),
        ("Від", "Надіслано", "Кому", "Тема"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("De", "Enviada em", "Para", "Assunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("Od", "Odesláno", "Komu", "Předmět"),
        ("Feladó", "Elküldve", "Címzett", "Tárgy"),
        ("De la", "Trimis", "Către", "Subiect"),
        ("Kimden", "Gönderildi", "Kime", "Konu"),
        ("发件人", "发送时间", "收件人", "主题"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        ("*From", "*Sent", "*To", "*Subject"),
    ],
)
def test_head_of_a_quoted_mail_folds_with_all_below_it(sender: str, sent: str, to: str, subject: str) -> None:
    head = f"{sender}: Anna\n{sent}: 15.01.2024 14:30\n{to}: Clara\n{subject}: Re: printer\n"
    text = f"It works, thanks.\n\n________________________________\n{head}\nOriginal words.\n\nAnna\n"

    assert shown(text) == "It works, thanks.\n\n"


@pytest.mark.parametrize(
    "own",
    [
        "Please book:\n\nFrom: London\nTo: Paris\nDate: 3 May\n\nThank you!",
        "A form was sent:\n\nFrom: Clara <clara@client.example>\nDate: 3 May\nSubject: Help\nPhone: 1\nMessage: Broken",
        "On Monday:\n\nit broke.\n\nOn Tuesday:\n\nit worked.",
        "On 5 May at 14:30 I wrote:\n\nnothing works here.\n\nAnd nobody answered.",
        "В 14:30 15.01.2024 я написал вам на a@b.example:\n\nничего не работает.",
        "The log says:\n\n--- a/file\n+++ b/file\n\nWhat now?",
        "First part\n\n---\n\nSecond part\n\n___\n\nThird part",
        "Subject: what I asked\n\nDate: today",
        "Sent from my old office I could not reach you by phone.",
        "Regards,\nClara",
        "Get the phone fixed please",
        "Sent by mail yesterday, the phone too",
        "Тема: вопрос по счёту\nПодскажите, когда придёт?",
        ">>> import desk\n>>> desk.run()\n\nfails. Why?",
        "My text\n>From here on it is mine\nmore text",
        "-- first point\n-- second point\n-- third point",
    ],
)
def test_own_words_that_look_like_a_quote_stay_visible(own: str) -> None:
    assert shown(f"Hello,\n\n{own}\n") == f"Hello,\n\n{own}\n"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nClara Client\nAcme",
        "--\nClara Client",
        "Sent from my iPhone",
        "Get Outlook for Android",
        "Sent from my T-Mobile 4G LTE Device",
        "Sent from my Verizon, Samsung Galaxy smartphone",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено из Яндекс.Почты для мобильных",
        "Надіслано з iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi Samsung Galaxy",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPad",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu / iPad",
        "Skickat från min iPhone",
        "iPhone'umdan gönderildi",
        "发自我的 iPhone",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
        "С уважением,\nКлара Климова\nООО «Ромашка»\n+7 495 123-45-67",
        "Best regards,\n\nClara Client\nHead of Sales\nAcme",
        "Mit freundlichen Grüßen\nClara Client\nAcme GmbH",
    ],
)
def test_signature_at_the_end_folds(signature: str) -> None:
    assert shown(f"It does not work.\n\n{signature}\n") == "It does not work.\n\n"


def test_postscript_below_a_signature_stays_visible() -> None:
    text = "It does not work.\n\n--\nClara\n\nP.S. Call me after five.\n"

    assert shown(text) == "It does not work.\n\nP.S. Call me after five.\n"


def test_long_text_below_two_dashes_stays_visible() -> None:
    text = "Steps:\n--\n" + "".join(f"Step {number} of what I did.\n" for number in range(30))

    assert fold_text(text) == ()


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "",
                    "> quote",
                    ">> older",
                    "own words",
                    "On 5 May 2025 at 10:00, A <a@b.example> wrote:",
                    "--",
                    "-- ",
                ),
                *("From: A <a@b.example>", "Sent: Monday", "To: C", "Subject: x", "-----Original Message-----"),
                *("Sent from my iPhone", "С уважением,", "________________", "P.S. more", "\u0000\u2028", "Clara\r"),
            ]
        ),
        max_size=25,
    ).map("\n".join)
    | st.text()
)
def test_folds_of_any_text_are_ranges_of_whole_lines_that_leave_words_visible(text: str) -> None:
    folds = fold_text(text)

    edges = [edge for fold in folds for edge in fold]
    assert edges == sorted(set(edges))
    assert all(start == 0 or text[start - 1] == "\n" for start, _ in folds)
    assert all(end == len(text) or text[end - 1] == "\n" for _, end in folds)
    assert not folds or visible_text(text, folds).strip()
    assert len(visible_text(text, folds)) + sum(end - start for start, end in folds) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 1_000_000,
        ">\n" * 500_000,
        "\n" * 1_000_000,
        "On Mon, 5 wrote:\n" * 60_000,
        "On Mon 5 wrote: " * 60_000,
        "On 5\n" * 200_000,
        "From: a@b\nDate: x\n" * 50_000,
        "Sent from my \n" * 80_000,
        "--\n" * 300_000,
        ("-" * 60 + " \n") * 16_000,
        "a:\n" * 300_000,
        ("Name x" * 80 + "<a@b.example>:\n") * 2_000,
        ">>> x\n" * 150_000,
    ],
    ids=lambda text: repr(text[:16]),
)
def test_hostile_text_of_a_megabyte_is_folded_in_a_second(text: str) -> None:
    began = time.process_time()

    fold_text(text)

    assert time.process_time() - began < 1
