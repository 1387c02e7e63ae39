"""Who is erased is forgotten in the chat as well."""

from helpdesk.chat.actions.erasing import forget
from helpdesk.chat.actions.rewriting import edit
from helpdesk.chat.models import EarlierLine, Enclosure, Line, Reading
from helpdesk.chat.searching import LINES, asked_for
from helpdesk.core.erasing import Erased
from helpdesk.core.uploads import NewFile
from helpdesk.search.finding import find
from tests.chat import answered, told

FILE = NewFile("Clara Weiss.txt", b"plan", "text/plain")


def test_person_when_they_are_erased_then_their_lines_go_and_others_name_them_no_more(anna, maya, timur, text_upload):
    said = told(timur, anna, "Secret words", files=[NewFile("mine.txt", b"mine", "text/plain")])
    edit(line=said, by=timur, text="Secret words, mended", version=0)
    named = told(anna, maya, "Clara Weiss pays: clara@shop.example", files=[FILE])
    edit(line=named, by=anna, text="Clara Weiss pays, says clara@shop.example", version=0)
    other = answered(named.room, maya, "Clara of another shop does not.")
    Reading.objects.filter(person=maya).update(draft="Dear Clara Weiss")

    forget(
        Erased(person=timur.pk, pseudonym="Erased person 7", addresses=("clara@shop.example",), names=("Clara Weiss",))
    )

    texts = dict(Line.objects.values_list("pk", "text"))
    hits = find(LINES, reader=anna, asked=asked_for(anna, '"clara weiss"'), order="latest").hits
    assert texts[said.pk] == "Erased at the request of the person who wrote this."
    assert texts[named.pk] == "Erased person 7 pays, says Erased person 7"
    assert texts[other.pk] == "Clara of another shop does not."
    assert [each.text for each in EarlierLine.objects.all()] == ["Erased person 7 pays: Erased person 7"]
    assert [each.filename for each in Enclosure.objects.all()] == ["Erased person 7.txt"]
    assert Reading.objects.get(person=maya).draft == "Dear Erased person 7"
    assert not Reading.objects.filter(person=timur).exists()
    assert hits == []
