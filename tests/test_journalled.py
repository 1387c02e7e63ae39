"""Every action writes its line: found by reading the actions, not by remembering to.

An action is a public function of a room's `actions`. One that writes rows, itself or through what it calls, and from
which no way leads to `record` is named below with the reason, or it is a fault.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.contrib import admin

from helpdesk.journal.administration import JournalledAdmin, ReadOnlyAdmin
from helpdesk.journal.registries import verbs

ROOT = Path(__file__).parent.parent
ROOMS = ("helpdesk", "tickets", "billing", "licensing", "crm_sync", "vpn")
RECORD = "helpdesk.journal.actions.record"
WRITING = frozenset(
    ("save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "execute")
)
OWN_RECORD = "the row is the record itself: what, when and from where stands in it, and it is kept"
PART_OF_ANOTHER = "a part of other actions, which write the line"
BOOKKEEPING = "how far a worker is, told every few seconds; what people ask about of it is in the journal"
UNSAID = "nobody was told anything yet: there is a line when it is sent"
READS = "it asks the database by a statement of its own, and changes nothing"
OF_ERASING = "a part of erasing a person, which writes the line"
UNTOLD = {
    "vpn.actions.revoking.want_list": PART_OF_ANOTHER,
    "vpn.actions.linking.tell": PART_OF_ANOTHER,
    "vpn.actions.news.spread": "notices of what has its line already",
    "helpdesk.search.actions.forget_words": PART_OF_ANOTHER,
    "vpn.hosting.actions.doors.ask_all": BOOKKEEPING,
    "vpn.hosting.actions.visiting.claim_access": BOOKKEEPING,
    "vpn.hosting.actions.visiting.claim_door": BOOKKEEPING,
    "vpn.hosting.actions.visiting.write_facts": BOOKKEEPING,
    "vpn.hosting.actions.visiting.write_not_removed": BOOKKEEPING,
    "vpn.hosting.actions.visiting.write_trouble": BOOKKEEPING,
    "vpn.hosting.actions.erasing.forget": OF_ERASING,
    "vpn.hosting.actions.merging.give_back": PART_OF_ANOTHER,
    "vpn.hosting.actions.merging.move": PART_OF_ANOTHER,
    "vpn.hosting.actions.news.spread": "notices of what has its line already",
    "vpn.hosting.actions.secrets.wipe_all": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.attempts.begin": "strangers could fill the journal by it; counted, and kept for a day",
    "helpdesk.accounts.actions.attempts.succeed": "the count of strangers' tries, without this one",
    "helpdesk.accounts.actions.browsers.forget": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.browsers.forget_older": "nobody used them for a year",
    "helpdesk.accounts.actions.invitations.with_new_link": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.passkeys.show": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.proofs.forget_codes_alone": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.refusals.forget_older": "counts of days gone by, of which the journal has lines",
    "helpdesk.accounts.actions.sessions.end_silently": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.sessions.note": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.links.issue": "written for a link that was asked for, of which there is a line",
    "helpdesk.accounts.actions.erasing_book.forget": OF_ERASING,
    "helpdesk.accounts.directory.actions.erasing.forget": OF_ERASING,
    "helpdesk.accounts.directory.actions.runs.tell": BOOKKEEPING,
    "helpdesk.accounts.directory.actions.teams.enrol": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.exporting.make_export": BOOKKEEPING,
    "helpdesk.accounts.actions.importing.begin_checking": "nothing is let in by it; the row itself says who brought it",
    "helpdesk.accounts.actions.leaving.end_grants": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.leaving.end_ways_in": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.merging.register": PART_OF_ANOTHER,
    "helpdesk.accounts.actions.sheet_files.forget_older": "who brought and took them is in the journal",
    "helpdesk.accounts.sso.actions.assertions.open_with": "a step of signing in, of which there is a line at its end",
    "helpdesk.accounts.sso.actions.assertions.take": "a step of signing in, of which there is a line at its end",
    "helpdesk.accounts.sso.actions.erasing.forget": OF_ERASING,
    "helpdesk.accounts.sso.actions.merging.register": PART_OF_ANOTHER,
    "helpdesk.accounts.sso.actions.sites.end_unfit": PART_OF_ANOTHER,
    "helpdesk.accounts.sso.actions.visits.end": "a consequence of signing out or leaving, of which there is a line",
    "helpdesk.accounts.sso.actions.visits.end_all_of": PART_OF_ANOTHER,
    "helpdesk.accounts.sso.actions.visits.end_groundless": "a consequence of what has its line; the visit says why",
    "helpdesk.accounts.sso.actions.visits.end_session": PART_OF_ANOTHER,
    "helpdesk.chat.actions.erasing.forget": OF_ERASING,
    "helpdesk.chat.actions.files.remove_upload": UNSAID,
    "helpdesk.chat.actions.files.store": PART_OF_ANOTHER,
    "helpdesk.chat.actions.files.sweep_uploads": UNSAID,
    "helpdesk.chat.actions.files.take": PART_OF_ANOTHER,
    "helpdesk.chat.actions.files.upload": UNSAID,
    "helpdesk.chat.actions.news.note_down": PART_OF_ANOTHER,
    "helpdesk.chat.actions.news.spread_news": "of what it tells there are lines, and the notices are rows",
    "helpdesk.chat.actions.reading.keep_draft": UNSAID,
    "helpdesk.chat.actions.reading.read": "what somebody has read is theirs alone",
    "helpdesk.chat.actions.rooms.room_of": PART_OF_ANOTHER,
    "helpdesk.chat.actions.rooms.room_with": PART_OF_ANOTHER,
    "helpdesk.chat.actions.talking.say": OWN_RECORD,
    "helpdesk.chat.actions.talking.say_in": OWN_RECORD,
    "helpdesk.chat.actions.talking.say_to": OWN_RECORD,
    "helpdesk.operations.actions.alerts.note_worst": BOOKKEEPING,
    "helpdesk.notifications.actions.browsers.public_key": "a key that nobody chooses, made when it is first asked for",
    "helpdesk.notifications.actions.gathering.gather_due": BOOKKEEPING,
    "helpdesk.notifications.actions.outbox.enqueue": OWN_RECORD,
    "helpdesk.notifications.actions.outbox.withdraw": PART_OF_ANOTHER,
    "helpdesk.notifications.actions.reading.forget_old": "nobody looks at them any more; the journal has what happened",
    "helpdesk.notifications.actions.reading.read": "what somebody has read is theirs alone",
    "helpdesk.notifications.actions.reading.read_about": "what somebody has read is theirs alone",
    "helpdesk.notifications.actions.reading.read_all": "what somebody has read is theirs alone",
    "helpdesk.notifications.actions.spreading.spread": OWN_RECORD,
    "helpdesk.notifications.actions.tidings.tell": OWN_RECORD,
    "helpdesk.notifications.actions.tidings.withdraw": PART_OF_ANOTHER,
    "helpdesk.search.actions.forget_identifiers": PART_OF_ANOTHER,
    "tickets.actions.files.list_files": BOOKKEEPING,
    "tickets.actions.indexing.index": PART_OF_ANOTHER,
    "tickets.actions.indexing.index_again": PART_OF_ANOTHER,
    "tickets.actions.indexing.index_files": BOOKKEEPING,
    "helpdesk.search.actions.note_nothing_found": BOOKKEEPING,
    "vpn.servers.actions.ending.end_sessions": "a consequence of revoking or blocking, of which there is a line",
    "vpn.servers.actions.reporting.forget_old": "who was connected half a year ago",
    "vpn.servers.actions.reporting.note_asked": BOOKKEEPING,
    "vpn.servers.actions.reporting.note_seen": BOOKKEEPING,
    "vpn.servers.actions.reporting.take_in": BOOKKEEPING,
    "helpdesk.webhooks.actions.happening.happened": "what happened has a line of its own, written by who says so",
    "helpdesk.webhooks.actions.sending.claim": BOOKKEEPING,
    "helpdesk.webhooks.actions.sending.drop": BOOKKEEPING,
    "helpdesk.webhooks.actions.sweeping.forget_old": "what was told, and when, was kept for its time",
    "helpdesk.work.actions.doing.claim": BOOKKEEPING,
    "helpdesk.work.actions.doing.do": BOOKKEEPING,
    "helpdesk.work.actions.doing.fail": BOOKKEEPING,
    "helpdesk.work.actions.doing.finish": BOOKKEEPING,
    "helpdesk.work.actions.doing.tell": BOOKKEEPING,
    "helpdesk.work.actions.erasing.forget": OF_ERASING,
    "helpdesk.work.actions.sweeping.clear_expired": "what was asked for is in the journal; its file had its time",
    "tickets.actions.customers.give_back_asked": PART_OF_ANOTHER,
    "tickets.actions.customers.give_back_taking_part": PART_OF_ANOTHER,
    "tickets.actions.customers.move_asked": PART_OF_ANOTHER,
    "tickets.actions.customers.move_taking_part": PART_OF_ANOTHER,
    "tickets.actions.describing.description": READS,
    "tickets.actions.describing.ensure_described": READS,
    "tickets.actions.describing.not_described": READS,
    "tickets.actions.drafts.discard": UNSAID,
    "tickets.actions.drafts.give_back": PART_OF_ANOTHER,
    "tickets.actions.drafts.keep": UNSAID,
    "tickets.actions.erasing.forget": OF_ERASING,
    "tickets.actions.erasing_drafts.forget_drafts": OF_ERASING,
    "tickets.actions.erasing_drafts.forget_names": OF_ERASING,
    "tickets.actions.erasing_drafts.forget_news": OF_ERASING,
    "tickets.actions.erasing_fields.forget_fields": OF_ERASING,
    "tickets.actions.exporting.forget": "what was asked for is in the journal; its file had its time",
    "tickets.actions.files.remove_upload": UNSAID,
    "tickets.actions.files.store_files": PART_OF_ANOTHER,
    "tickets.actions.files.sweep_uploads": UNSAID,
    "tickets.actions.files.take_uploads": PART_OF_ANOTHER,
    "tickets.actions.files.upload": UNSAID,
    "tickets.actions.mentions.mentions_in": READS,
    "tickets.actions.moving.carry": PART_OF_ANOTHER,
    "tickets.actions.moving.carry_back": PART_OF_ANOTHER,
    "tickets.actions.news.spread_news": "of what it tells there are lines, and the notices are rows",
    "tickets.actions.news.tell_mentioned": PART_OF_ANOTHER,
    "tickets.actions.news.tell_watchers": PART_OF_ANOTHER,
    "tickets.actions.news.withdraw_notices": PART_OF_ANOTHER,
    "tickets.actions.participation.let_in": PART_OF_ANOTHER,
    "tickets.actions.status.to_status": READS,
    "tickets.actions.writing.write": PART_OF_ANOTHER,
    "tickets.mail.actions.acknowledging.acknowledge": OWN_RECORD,
    "tickets.mail.actions.claiming.claim": BOOKKEEPING,
    "tickets.mail.actions.claiming.prolong": BOOKKEEPING,
    "tickets.mail.actions.claiming.put_back": BOOKKEEPING,
    "tickets.mail.actions.claiming.replay": PART_OF_ANOTHER,
    "tickets.mail.actions.erasing.forget": OF_ERASING,
    "tickets.mail.actions.fetch_progress.take_batch": OWN_RECORD,
    "tickets.mail.actions.following.follow": PART_OF_ANOTHER,
    "tickets.mail.actions.masking.mask_mails": PART_OF_ANOTHER,
    "tickets.mail.actions.outgoing.send_out": OWN_RECORD,
    "tickets.mail.actions.storing.store": OWN_RECORD,
    "tickets.mail.actions.storing.store_many": OWN_RECORD,
    "tickets.mail.actions.telling.tell_managers": OWN_RECORD,
}


@cache
def functions() -> dict[str, tuple[ast.FunctionDef, dict[str, str]]]:
    """Every function of the program by its full name, with what the names in its module stand for."""
    found = {}
    for path in sorted(each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text())
        names = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        own = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        names |= {node.name: f"{module}.{node.name}" for node in own}
        found |= {f"{module}.{node.name}": (node, names) for node in own}
    return found


@cache
def called_by(name: str) -> frozenset[str]:
    """What a function may call: every name in it that stands for a function of ours, called here or handed on. A bell
    is no call: what a worker does later is not this action's."""
    function, names = functions()[name]
    called = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            called.add(names[node.id])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            called.add(f"{names[node.value.id]}.{node.attr}")
    return frozenset(each for each in called if ".tasks" not in each)


@cache
def reached_from(name: str) -> frozenset[str]:
    reached, ahead = set(), [name]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += called_by(here) if here in functions() else ()
    return frozenset(reached)


@cache
def writes_itself(name: str) -> bool:
    """Whether it says anything to the database that changes something."""
    calls = (node for node in ast.walk(functions()[name][0]) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in WRITING for call in calls)


def writes(name: str) -> bool:
    return any(writes_itself(each) for each in reached_from(name) - {RECORD} if each in functions())


def actions() -> list[str]:
    return [
        name
        for name, (node, _) in functions().items()
        if "actions" in name.split(".")[:-1] and not node.name.startswith("_") and name != RECORD
    ]


def untold() -> set[str]:
    return {name for name in actions() if writes(name) and RECORD not in reached_from(name)}


def test_every_action_that_writes_tells_the_journal_or_says_why_not():
    assert untold() == set(UNTOLD)


def test_walk_finds_the_actions_and_sees_who_tells():
    assert len(actions()) > 60
    assert RECORD in reached_from("tickets.actions.status.change_status")
    assert "helpdesk.accounts.actions.attempts.begin" in untold()


def test_every_page_of_the_admin_that_saves_tells_the_journal():
    silent = [label(each) for each in admin.site._registry.values() if not isinstance(each, JournalledAdmin)]

    assert silent == []


def label(model_admin):
    return model_admin.model._meta.label


def verbs_written():
    """The words that `record` is called with, as far as they stand there."""
    for name, (function, _) in functions().items():
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                yield from ((name, word.value.value) for word in node.keywords if is_verb(node, word))


def is_verb(call, keyword):
    named = isinstance(call.func, ast.Name) and call.func.id == "record"
    return named and keyword.arg == "verb" and isinstance(keyword.value, ast.Constant)


def test_every_verb_has_words():
    told = dict(verbs.items())

    assert sorted({verb for _, verb in verbs_written()} - set(told)) == []


def test_every_verb_of_the_admin_has_words():
    pages = [each for each in admin.site._registry.values() if not isinstance(each, ReadOnlyAdmin)]
    names = {each.model._meta.model_name for each in pages} - {
        "apitoken",
        "host",
        "invitation",
        "key",
        "keyrequest",
        "revocationlist",
        "teamchoice",
        "wording",
    }  # by actions
    written = [f"{name}_{done}" for name in sorted(names) for done in ("added", "changed")]

    assert [verb for verb in written if verb not in verbs] == []


@pytest.mark.parametrize("name", sorted(UNTOLD))
def test_silence_is_about_an_action_that_there_is(name):
    assert name in functions()
