import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Organisation
from helpdesk.core.prepared import Among, Prepared, PreparedSql
from tests.factories import OrganisationFactory, UserFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops():
    return [OrganisationFactory(name=name) for name in ("Alder", "Birch", "Cedar")]


def above(*, key):
    return Organisation.objects.filter(pk__gt=key).order_by("name", "pk")


def test_prepared_when_asked_for_other_keys_then_each_gets_its_own_rows(shops):
    read = Prepared(above)

    assert read(key=shops[0].pk) == shops[1:]
    assert read(key=shops[1].pk) == shops[2:]
    assert read(key=shops[2].pk) == []


def test_prepared_when_asked_again_then_builds_nothing(shops):
    built = []

    def counted(*, key):
        built.append(key)
        return above(key=key)

    read = Prepared(counted)
    read(key=shops[0].pk)
    first = len(built)
    read(key=shops[1].pk)

    assert (first, len(built)) == (2, 2)


def test_prepared_when_the_shape_differs_then_built_for_each(shops):
    read = Prepared(lambda order, *, key: Organisation.objects.filter(pk__gt=key).order_by(order))

    assert read("name", key=shops[0].pk) == shops[1:]
    assert read("-name", key=shops[0].pk) == shops[:0:-1]


@pytest.mark.parametrize("size", [0, 1, 3])
def test_prepared_when_given_a_list_then_one_statement_for_every_length(shops, size):
    read = Prepared(lambda *, keys: Organisation.objects.filter(Among(F("pk"), keys)).order_by("name"))
    read(keys=[0])

    with CaptureQueriesContext(
        connection,
    ) as ran:
        found = read(keys=[shop.pk for shop in shops[:size]])

    assert found == shops[:size]
    assert len(ran) == 1
    assert "= ANY(" in ran[0]["sql"]


def test_prepared_when_rows_have_relations_and_prefetches_then_as_the_queryset_reads_them(shops):
    clara = UserFactory(name="Clara", organisation=shops[0])

    def build(*, key):
        return (
            type(clara)
            .objects.filter(pk=key)
            .select_related("organisation")
            .prefetch_related("contact_points")
            .order_by("pk")
        )

    with at_most(2):
        (found,) = Prepared(build)(key=clara.pk)
        assert found.organisation == shops[0]
        assert [point.value for point in found.contact_points.all()] == [clara.email]


def test_prepared_when_nothing_can_be_there_then_nothing_without_a_statement():
    read = Prepared(lambda *, key: Organisation.objects.filter(pk=key).none().order_by("pk"))

    with at_most(0):
        assert read(key=1) == []


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda *, key: Organisation.objects.filter(pk=key + 1).order_by("pk"), "reckoned"),
        (lambda *, key: Organisation.objects.order_by("pk")[:key], "shape"),
        (lambda *, key: Organisation.objects.filter(pk=key).order_by(), "order"),
    ],
)
def test_prepared_when_a_key_is_more_than_a_filter_then_refused(build, complaint):
    with pytest.raises(ValueError, match=complaint):
        Prepared(build)(key=5)


def test_prepared_sql_when_asked_then_the_row_for_these_keys(shops):
    count = PreparedSql(
        lambda word, *, key: (f"SELECT count(*), '{word}' FROM accounts_organisation WHERE id >= %s", [key])
    )

    assert count("a", key=shops[0].pk) == (3, "a")
    assert count("b", key=shops[2].pk) == (1, "b")


@pytest.mark.django_db(transaction=True)
def test_prepared_when_rows_are_to_be_locked_outside_a_transaction_then_refused():
    shop = OrganisationFactory()
    read = Prepared(lambda *, key: Organisation.objects.select_for_update().filter(pk=key).order_by("pk"))
    with transaction.atomic():
        assert read(key=shop.pk) == [shop]

    with pytest.raises(transaction.TransactionManagementError):
        read(key=shop.pk)


@pytest.mark.parametrize("name", ["Fir's", "100 % elm", "%s", '"Oak"', "Пихта"])
def test_prepared_when_it_has_words_of_its_own_then_they_stand_in_the_statement_and_mean_themselves(shops, name):
    shop = OrganisationFactory(name=name)
    read = Prepared(lambda *, key: Organisation.objects.filter(name=name, pk__gte=key).order_by("pk"))
    read(key=0)

    with CaptureQueriesContext(connection) as ran:
        found = read(key=shop.pk), read(key=shop.pk + 1)

    assert found == ([shop], [])
    assert name.replace("'", "''") in ran[0]["sql"]
