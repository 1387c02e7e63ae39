import pytest

from helpdesk.accounts.sheets.columns import match_columns


@pytest.mark.parametrize(
    ("header", "matching"),
    [
        (
            ["Name", "E-mail", "Phone", "Organisation", "Language", "Important"],
            ["name", "email", "phone", "organisation", "language", "notes"],
        ),
        (
            ["ФИО", "Эл. почта", "Телефон", "Компания", "Язык", "Примечание"],
            ["name", "email", "phone", "organisation", "language", "notes"],
        ),
        (["Full name", "EMAIL ADDRESS", "Organization"], ["name", "email", "organisation"]),
        (["Email", "Mail", "Colour", ""], ["email", "", "", ""]),
    ],
)
def test_columns_are_known_by_their_heads_in_either_language_and_none_twice(header, matching):
    assert match_columns(header) == matching
