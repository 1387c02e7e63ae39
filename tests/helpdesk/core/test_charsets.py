import pytest

from helpdesk.core.charsets import codec_of, decode_text
from helpdesk.core.cyrillic import russian_score

RUSSIAN = (
    "Здравствуйте! Не могу войти в личный кабинет, пишет ошибку 500. Помогите, пожалуйста.",
    "Счёт на оплату",
    "ПОМОГИТЕ СРОЧНО",
    "Re: Заявка №5",
    "ООО «Ромашка», не работает сайт",
)
LABELS = ("", "koi8-r", "windows-1251", "iso-8859-1", "us-ascii", "utf-8", "x-nonsense", "iso-8859-5", "cp866")


@pytest.mark.parametrize("real", ["koi8-r", "cp1251", "utf-8", "iso8859-5", "cp866"])
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", RUSSIAN)
def test_russian_when_its_label_is_wrong_or_missing_then_it_is_read_all_the_same(text, label, real):
    content = text.encode(real, "ignore")

    read = decode_text(content, label)

    assert read == text.encode(real, "ignore").decode(real)


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        ("Größe und Übung für alle", "iso-8859-1", "latin-1"),
        ("Überschrift", "iso-8859-15", "iso-8859-15"),
        ("naïve façade déjà vu", "", "latin-1"),
        ("café — “quoted”", "iso-8859-1", "cp1252"),
        ("Zażółć gęślą jaźń", "iso-8859-2", "iso-8859-2"),
        ("Ελληνικά κείμενο", "iso-8859-7", "iso-8859-7"),
        ("日本語メール", "iso-2022-jp", "iso-2022-jp"),
        ("日本語メール", "", "iso-2022-jp"),
        ("①②日本語", "shift_jis", "cp932"),
        ("한국어 문장", "ks_c_5601-1987", "cp949"),
        ("中文测试镕", "GB2312", "gb18030"),
        ("Привет", "x-mac-cyrillic", "mac-cyrillic"),
        ("Grüße", "cp-850", "cp850"),
        ("Hi Mom ☺", "unicode-1-1-utf-7", "utf-7"),
        ("Привет", "utf-16", "utf-16"),
        ("Привет", "utf-16", "utf-16-le"),
        ("Ё ж", "windows-1251", "cp1251"),
        ("ÀÉÎ", "'ISO-8859-1'", "latin-1"),
    ],
)
def test_text_when_rightly_labelled_then_the_label_is_believed(text, label, codec):
    read = decode_text(text.encode(codec), label)

    assert read == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ansi_x3.110-1983", "cp1252"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("ks_c_5601-1987", "cp949"),
        ("windows1251", "cp1251"),
        ("win-1251", "cp1251"),
        ("ibm-850", "cp850"),
        ('"UTF-8"', "utf-8"),
        ("utf-8*ru", "utf-8"),
        ("hex", ""),
        ("rot13", ""),
        ("foo-42", ""),
        ("x" * 5000, ""),
        ("ютф", ""),
    ],
)
def test_label_when_looked_up_then_it_names_a_text_codec_or_nothing(label, codec):
    assert codec_of(label) == codec


def test_unknown_charset_when_met_then_text_is_read_and_a_warning_given():
    warnings = set()

    read = decode_text("привет, мир".encode(), "foo-42", warnings=warnings)

    assert read == "привет, мир"
    assert "Unknown charset foo-42" in warnings


def test_escape_sequence_astray_when_decoding_japanese_then_the_rest_stays_readable():
    content = "日本語".encode("iso-2022-jp") + b"\x1b(Z plain"

    read = decode_text(content, "iso-2022-jp")

    assert "日本語" in read
    assert "plain" in read


def test_utf8_cut_in_the_middle_of_a_letter_when_decoded_then_all_other_letters_stay():
    content = "Добрый день, помогите".encode()[:-1]

    read = decode_text(content, "utf-8")

    assert read.startswith("Добрый день, помогит")


def test_control_characters_when_decoded_then_none_reaches_the_text():
    read = decode_text(b"a\x00b\x1b[31mc\x7f\td\n")

    assert read == "ab[31mc\td\n"


def test_russian_score_when_letters_are_swapped_by_a_wrong_charset_then_it_is_far_lower():
    right = RUSSIAN[0]
    wrong = right.encode("koi8-r").decode("cp1251")

    assert russian_score(right) > 0.8
    assert russian_score(wrong) < 0.2
