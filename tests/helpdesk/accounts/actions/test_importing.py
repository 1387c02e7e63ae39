"""People from a file: the good rows go in, the broken come back, and doing it twice makes no doubles."""

import pytest

from helpdesk.accounts.actions.importing import begin_checking, begin_importing, keep_file, work_off
from helpdesk.accounts.enums import ContactKind, ImportState, Role
from helpdesk.accounts.models import ContactPoint, ImportRow, Organisation, User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
HEADER = "Name,E-mail,Phone,Organisation,Language,Notes\n"


@pytest.fixture
def lena():
    return StaffFactory(name="Lena Lead", email="lena@helpdesk.example", role=Role.LINE_LEAD)


def kept(lena, text):
    return keep_file(filename="people.csv", content=(HEADER + text).encode(), by=lena)


def checked(lena, text):
    source = kept(lena, text)
    begin_checking(source=source, matching=source.matching, by=lena)
    work_off(source.pk)
    source.refresh_from_db()
    return source


def imported(lena, text):
    source = checked(lena, text)
    begin_importing(source=source, by=lena)
    work_off(source.pk)
    source.refresh_from_db()
    return source


def states(source):
    return list(source.rows.order_by("number").values_list("number", "state"))


def faults(source):
    return {row.number: [fault for fault, _detail in row.faults] for row in source.rows.filter(state="broken")}


def test_five_thousand_rows_of_which_fifty_are_broken_then_the_good_ones_are_people(
    lena, django_assert_max_num_queries
):
    lines = [
        f"Person {number},{'broken' if number % 100 == 0 else f'p{number}@shop.example'},,Shop {number % 7},ru,\n"
        for number in range(5000)
    ]

    with django_assert_max_num_queries(700):
        source = imported(lena, "".join(lines))

    assert source.state == ImportState.DONE
    assert source.rows.filter(state="broken").count() == 50
    assert source.rows.filter(state="added").count() == 4950
    assert User.objects.customers().filter(language="ru", organisation__isnull=False).count() == 4950
    assert ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__endswith="@shop.example").count() == 4950
    assert Organisation.objects.count() == 7
    assert set(faults(source)) == {2 + 100 * turn for turn in range(50)}


def test_checking_adds_nobody_and_says_of_each_row_what_is_wrong(lena):
    werft = OrganisationFactory(name="Werft")
    UserFactory(email="known@werft.example", organisation=werft)
    taken = UserFactory(email="taken@shop.example")
    ContactPoint.objects.create(user=taken, kind="phone", value="+49 30 1234567")
    people = User.objects.count()

    source = checked(
        lena,
        "Clara,clara@shop.example,,,,\n"
        "No address,,,,,\n"
        "Bad address,no address,,,,\n"
        "Twice,CLARA@shop.example,,,,\n"
        "Staff,lena@helpdesk.example,,,,\n"
        "Other,known@werft.example,,Shop,,\n"
        "Phone,a@shop.example,call me,,,\n"
        "Taken,b@shop.example,+49 30 1234567,,,\n"
        "Language,c@shop.example,,,Klingon,\n"
        f"Long,d@shop.example,,{'x' * 201},,\n"
        "Many,e@shop.example,,,,,more\n"
        "Bad again,no address,,,,\n",
    )

    assert source.state == ImportState.CHECKED
    assert faults(source) == {
        3: ["no_address"],
        4: ["bad_address"],
        5: ["twice"],
        6: ["staff"],
        7: ["other_organisation"],
        8: ["bad_phone"],
        9: ["phone_taken"],
        10: ["bad_language"],
        11: ["too_long"],
        12: ["too_many_cells"],
        13: ["bad_address"],
    }
    assert User.objects.count() == people
    assert not Organisation.objects.filter(name="Shop").exists()


def test_known_people_get_what_they_lack_and_keep_what_they_have(lena):
    werft = OrganisationFactory(name="Werft")
    lacking = UserFactory(name="Bea", email="bea@werft.example")
    having = UserFactory(name="Clara", email="clara@werft.example", organisation=werft, language="en", notes="Old")

    source = imported(
        lena, "B.,BEA@werft.example,+49 30 1234567,werft,Русский,New\nC.,clara@werft.example,,Werft,ru,New\n"
    )

    lacking.refresh_from_db()
    having.refresh_from_db()
    assert states(source) == [(2, "changed"), (3, "same")]
    assert (lacking.name, lacking.organisation, lacking.language, lacking.notes) == ("Bea", werft, "ru", "New")
    assert lacking.contact_points.get(kind="phone").value == "+49 30 1234567"
    assert (having.name, having.language, having.notes) == ("Clara", "en", "Old")
    assert Entry.objects.about(having).count() == 0
    assert [entry.verb for entry in Entry.objects.about(lacking)] == ["person_changed"]


def test_same_file_once_more_makes_no_doubles(lena):
    text = "Clara,clara@shop.example,+49 30 1234567,Shop,,\nBea,bea@shop.example,,Shop,,\n"
    imported(lena, text)
    before = list(User.objects.order_by("pk").values_list("pk", "name"))

    again = imported(lena, text)

    assert states(again) == [(2, "same"), (3, "same")]
    assert list(User.objects.order_by("pk").values_list("pk", "name")) == before
    assert (Organisation.objects.count(), ContactPoint.objects.filter(kind="phone").count()) == (1, 1)


def test_worker_that_died_between_batches_is_followed_by_one_that_goes_on(lena, monkeypatch):
    from helpdesk.accounts.actions import importing

    monkeypatch.setattr(importing, "BATCH", 2)
    source = kept(lena, "".join(f"P{number},p{number}@shop.example,,,,\n" for number in range(5)))
    begin_checking(source=source, matching=source.matching, by=lena)
    source.refresh_from_db()
    importing._keep_verdicts(source.pk, list(importing.contents_of(source))[:2])

    work_off(source.pk)
    begin_importing(source=source, by=lena)
    importing._import_some(source.pk)
    between = User.objects.customers().count()
    work_off(source.pk)

    assert between == 2
    assert [state for _number, state in states(source)] == ["added"] * 5
    assert User.objects.customers().count() == 5


def test_row_that_broke_since_the_check_stays_out_with_its_reason(lena):
    source = checked(lena, "Clara,clara@shop.example,,Shop,,\n")
    UserFactory(email="clara@shop.example", organisation=OrganisationFactory(name="Werft"))

    begin_importing(source=source, by=lena)
    work_off(source.pk)

    assert faults(source) == {2: ["other_organisation"]}
    source.refresh_from_db()
    assert source.state == ImportState.DONE


def test_done_twice_is_done_once(lena):
    source = imported(lena, "Clara,clara@shop.example,,,,\n")

    begin_importing(source=source, by=lena)
    work_off(source.pk)

    assert User.objects.customers().count() == 1
    assert [entry.verb for entry in Entry.objects.about(source)] == ["people_import_begun", "people_import_confirmed"]
    with pytest.raises(Refused):
        begin_checking(source=source, matching=["email", "", "", "", "", ""], by=lena)


@pytest.mark.parametrize(
    "matching",
    [["name", "", "", "", "", ""], ["email", "email", "", "", "", ""], ["email"], ["role", "email", "", "", "", ""]],
)
def test_columns_that_make_no_sense_are_refused(lena, matching):
    source = kept(lena, "Clara,clara@shop.example,,,,\n")

    with pytest.raises(Refused):
        begin_checking(source=source, matching=matching, by=lena)
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("content", [b"", b"Name,E-mail\n", b"\x00\x01"])
def test_file_with_nothing_in_it_is_refused(lena, content):
    with pytest.raises(Refused):
        keep_file(filename="people.csv", content=content, by=lena)


def test_import_takes_the_right_and_is_its_owners_alone(lena):
    source = checked(lena, "Clara,clara@shop.example,,,,\n")
    anna, other = StaffFactory(), StaffFactory(role=Role.SALES)

    with pytest.raises(NotAllowed):
        keep_file(filename="people.csv", content=b"E-mail\nx@y.example\n", by=anna)
    for person in (anna, other):
        with pytest.raises(NotAllowed):
            begin_importing(source=source, by=person)
        with pytest.raises(NotAllowed):
            begin_checking(source=source, matching=source.matching, by=person)
    assert not User.objects.customers().exists()
