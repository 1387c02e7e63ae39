"""Replies that real people's programs wrote: what must stay visible, what must fold, for each sample."""

from pathlib import Path

import pytest

from tickets.mail.parsing.folding import fold_text, visible_text

SAMPLES = Path(__file__).parents[5] / "shared" / "mail_samples" / "replies"
LATIN = "et mollis ligula rutrum quis."
REPLY = "Etiam non sagittis orci"

# file: (phrases of the person, phrases of quote or signature)
EXPECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "email_10.txt": ((LATIN,), ("De : Company", "Objet :", REPLY)),
    "email_14.txt": ((LATIN,), ("W dniu 2017", REPLY)),
    "email_16.txt": ((LATIN,), ("Dnia 27", REPLY)),
    "email_17.txt": ((LATIN,), ("W dniu 2017", REPLY)),
    "email_18.txt": ((LATIN,), ("From: John Jung", "Subject: Re:", REPLY)),
    "email_2.txt": (
        ("Hi,", "You can list the keys", "would do it.", "delete them all individually."),
        ("On Tue, 2011-03-01", "> What is the best way", "> -Abhishek Kona", "riak-users@lists"),
    ),
    "email_21.txt": (("On Thursday:", "Lorem ipsum", "id est laborum."), ()),
    "email_24.txt": ((LATIN,), ("On Wed, 14 Nov 2018", "When are you available?")),
    "email_2_1.txt": (("Outlook with a reply",), ("*From:* Google", "Dear Google Apps", "The Google Apps Sync Team.")),
    "email_3.txt": (
        ("Oh thanks.", "Having the function would be great.", "-Abhishek Kona\n\n"),
        ("On 01/03/11 7:07 PM", "> Something like:", ">> -Abhishek", "riak-users mailing list"),
    ),
    "email_6.txt": (("I get proper rendering as well.",), ("On Dec 16, 2011", "wrote:", "> Was this caching")),
    "email_8.txt": ((LATIN,), ("Op 12 december", "questions@company.com>:", "> Jeroen", "eget accumsan")),
    "email_9.txt": ((LATIN,), ("Message du :", "Sujet :", "Proin cursus")),
    "email_customer_quote_header_2.txt": (("Thank you very much.",), ("From: somedude", "Subject: You have")),
    "email_en_multiline_2.txt": ((LATIN,), ("On Tue, 16 Nov 2021", "wrote:", REPLY)),
    "email_finnish.txt": ((LATIN,), ("pe 20. lokakuuta", "kirjoitti:", "Thanks!")),
    "email_french_dash_separator.txt": ((LATIN,), ("Message d'origine", "De : A B C", "Objet : Abc")),
    "email_german_2.txt": ((LATIN,), ("Von: John Doe", "Betreff:", "Hi there!\n")),
    "email_german_3.txt": ((LATIN,), ("Gesendet von Outlook", "Hi there!")),
    "email_ios_outlook.txt": ((LATIN,), ("Get Outlook for iOS", "________", "From: The Hiring", "View Conversation")),
    "email_ios_outlook_fr.txt": ((LATIN,), ("Envoyé à partir de Outlook", "From: The Hiring", REPLY)),
    "email_not_a_signature.txt": (("Dear XXXXX", "Registration Jun 27", "All dates are", "please reply"), ()),
    "email_one_is_not_on.txt": (("One outstanding question", "when I run..."), ("On Oct 1, 2012", "> The good news")),
    "email_original_message.txt": ((LATIN,), ("-----original message-----", "Hi John,", "collaboration.")),
    "email_original_message_2.txt": ((LATIN,), ("----- Original Message -----", "Hi John,", "collaboration.")),
    "email_outlook_split_line_from.txt": ((LATIN,), ("From: Human Resources", "Subject: A new", "Your company")),
    "email_portuguese.txt": ((LATIN,), ("Em 10 de julho", "escreveu:", "Hi there!")),
    "email_reply_header.txt": (
        ("This is the latest reply.", "On the one hand", "On the other hand", "Stranger\n\n"),
        ("On Wed, Dec 9", "<mrmister@example.com>", "> Hey, Stranger,", "My name is Stranger"),
    ),
    "email_sent_from_my_not_signature.txt": (("Here is another email", "Sent from my desk"), ()),
    "email_thread.txt": (("This is new email reply",), ("On Nov 21, 2014", "at 10:18", "John Doe", "> Ok. Thanks.")),
    "email_tricky_10_special_chars_in_name.txt": ((LATIN,), ("On Dec 15, 2024", "> Previous message")),
    "email_tricky_11_double_signature.txt": (("Thanks for your help!",), ("Senior Developer", "Sent from my iPhone")),
    "email_tricky_15_original_message_variations.txt": (
        (LATIN,),
        ("-----Original", "From: sender", "original message c"),
    ),
    "email_tricky_16_unicode_signatures.txt": (("Thanks for the update!",), ("Product Manager", "sarah@example.com")),
    "email_tricky_17_forward_header.txt": (
        ("See the forwarded message below.",),
        ("---------- F", "forwarded content"),
    ),
    "email_tricky_18_inline_reply.txt": (
        ("I think option A is great.", "Option B has some drawbacks.", "Option C is not suitable"),
        ("On Dec 15, 2024", "> What's your opinion", "> What about option B?", "> Should we go"),
    ),
    "email_tricky_2_url_with_wrote.txt": (("Check out this article", 'patterns like "wrote:"'), ()),
    "email_tricky_5_mixed_languages.txt": ((LATIN,), ("Le 15 janv. 2024", "> Merci", "> > Das ist", "> > > Thanks")),
    "email_tricky_7_multiple_dashes.txt": (
        ("Key Points", "Memory usage reduced", "just separators in my content."),
        (),
    ),
    "email_with_date_headers.txt": (("Thank you very much.",), ()),
    "email_with_regards.txt": (("I still have the same problem....", "Can you help?"), ("John Doe", "CEO @ Acme !")),
    "email_zoho.txt": (("What is the best way", "running a test?"), ("john@gmail.com wrote", "Java sucks")),
    "sig_no_empty_line.txt": (("no empty line above.",), ("rick",)),
}


def read(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def test_samples_are_all_described() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in SAMPLES.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_reply_keeps_own_words_visible_and_folds_the_rest(name: str) -> None:
    text = read(name)
    folds = fold_text(text)
    shown = visible_text(text, folds)
    folded = "\n".join(text[start:end] for start, end in folds)

    own, quoted = EXPECTED[name]

    assert [phrase for phrase in own if phrase not in shown] == []
    assert [phrase for phrase in quoted if phrase not in folded] == []


@pytest.mark.parametrize(
    "line",
    [
        "On Tue, 2011-03-01 at 18:02 +0530, Clara Client wrote:",
        "2014-03-20 8:48 GMT+01:00 Clara <clara@client.example>:",
        "Le 19 mars 2014 10:37, Clara Client <clara@client.example> a écrit :",
        "El 19/03/2014 11:34, Clara <clara@client.example> escribió:",
        "вт, 3 сент. 2024 г. в 12:34, Клара <clara@client.example>:",
        "Вторник, 3 сентября 2024, 12:34 +03:00 от Клара <clara@client.example>:",
        "15.01.2024 14:30, Клара Климова пишет:",
        "15 января 2024 г., в 14:30, Клара <clara@client.example> написал(а):",
        "пн, 15 січ. 2024 р. о 14:30 Клара <clara@client.example> пише:",
        "Am Mo., 15. Jan. 2024 um 14:30 Uhr schrieb Clara <clara@client.example>:",
        "Clara Client <clara@client.example> schrieb am Mo., 15. Jan. 2024, 14:30:",
        "Il giorno lun 15 gen 2024 alle ore 14:30 Clara <clara@client.example> ha scritto:",
        "Em seg., 15 de jan. de 2024 às 14:30, Clara <clara@client.example> escreveu:",
        "Op ma 15 jan 2024 om 14:30 schreef Clara <clara@client.example>:",
        "Den mån 15 jan. 2024 kl 14:30 skrev Clara <clara@client.example>:",
        "man. 15. jan. 2024 kl. 14:30 skrev Clara <clara@client.example>:",
        "pon., 15 sty 2024 o 14:30 Clara <clara@client.example> napisał(a):",
        "po 15. 1. 2024 v 14:30 odesílatel Clara <clara@client.example> napsal:",
        "Clara <clara@client.example>, 15 Oca 2024 Pzt, 14:30 tarihinde şunu yazdı:",
        "Clara <clara@client.example> ezt írta (időpont: 2024. jan. 15., H, 14:30):",
        "În lun., 15 ian. 2024 la 14:30, Clara <clara@client.example> a scris:",
        "На пн, 15.01.2024 г. в 14:30 Clara <clara@client.example> написа:",
        "Στις Δευ 15 Ιαν 2024 στις 14:30, ο/η Clara <clara@client.example> έγραψε:",
        "Vào Th 2, 15 thg 1, 2024 vào lúc 14:30 Clara <clara@client.example> đã viết:",
        "Clara <clara@client.example> 于2024年1月15日周一 14:30写道：",
        "2024年1月15日(月) 14:30 Clara <clara@client.example>:",
        "2024년 1월 15일 (월) 오후 2:30, Clara <clara@client.example>님이 작성:",
        "בתאריך יום ב׳, 15 בינו׳ 2024 ב-14:30 מאת Clara <clara@client.example>:",
        "Вы писали 15 января 2024 г., 14:30:12:",
    ],
)
@pytest.mark.parametrize("quote", ["> How are you?", "How are you?"])
def test_introduction_in_many_languages_folds_with_its_quote(line: str, quote: str) -> None:
    text = f"Thank you very much.\n\n{line}\n\n{quote}\n"

    folds = fold_text(text)

    assert visible_text(text, folds) == "Thank you very much.\n\n"
