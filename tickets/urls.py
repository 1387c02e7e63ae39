"""The pages of desk and cabinet, files and the first page."""

from django.urls import URLPattern, URLResolver, include, path

from tickets.views import home
from tickets.views.cabinet import answers, following, installing, my_data, new_request, people, request, requests
from tickets.views.cabinet import hints as cabinet_hints
from tickets.views.cabinet import home as cabinet_home
from tickets.views.cabinet import me as cabinet_me
from tickets.views.cabinet import paper as cabinet_paper
from tickets.views.cabinet import rating as cabinet_rating
from tickets.views.cabinet import searching as cabinet_searching
from tickets.views.cabinet import state as cabinet_state
from tickets.views.desk import (
    access,
    approval,
    assignment,
    bulk_changes,
    care,
    chosen,
    drafts,
    fields,
    gallery,
    go,
    hints,
    inserting,
    journal,
    keyboard,
    masking,
    merging,
    new_ticket,
    original,
    paper,
    participants,
    placement,
    preview,
    rail,
    relations,
    rewriting,
    row_preview,
    saved_views,
    searching,
    sending,
    shortcuts,
    similar,
    splitting,
    state,
    templates,
    ticket,
    ticket_list,
    work,
    writing,
)
from tickets.views.desk import me as desk_me
from tickets.views.files import file
from tickets.views.rating import rating

on_ticket: list[URLPattern | URLResolver] = [
    path("", ticket.ticket, name="ticket"),
    path("preview/", row_preview.row_preview, name="row_preview"),
    path("similar/", similar.similar, name="similar"),
    path("replies/", writing.replies, name="replies"),
    path("notes/", writing.notes, name="notes"),
    path("forwards/", writing.forwards, name="forwards"),
    path("drafts/<slug:kind>/", drafts.draft, name="draft"),
    path("drafts/<slug:kind>/removal/", drafts.draft_removal, name="draft_removal"),
    path("templates/", inserting.ticket_templates, name="ticket_templates"),
    path("uploads/", drafts.uploads, name="uploads"),
    path("uploads/<uuid:pk>/removal/", drafts.upload_removal, name="upload_removal"),
    path("order/", ticket.order, name="order"),
    path("reading/", ticket.reading, name="reading"),
    path("pdf/", paper.paper, name="paper"),
    path("assignment/", assignment.assignment, name="assignment"),
    path("team/", assignment.team, name="team"),
    path("status/", state.status, name="status"),
    path("priority/", state.priority, name="priority"),
    path("tags/", state.tags, name="tags"),
    path("fields/", fields.fields, name="fields"),
    path("colleagues/", inserting.ticket_colleagues, name="ticket_colleagues"),
    path("watchers/", care.watchers, name="watchers"),
    path("watchers/<int:pk>/removal/", care.watcher_removal, name="watcher_removal"),
    path("snooze/", care.snooze, name="snooze"),
    path("waking/", care.waking, name="waking"),
    path("lock/", care.lock, name="lock"),
    path("unlock/", care.unlock, name="unlock"),
    path("takeover/", care.takeover, name="takeover"),
    path("unarchiving/", care.unarchiving, name="unarchiving"),
    path("people/", participants.people, name="people"),
    path("access/", access.ticket_access, name="ticket_access"),
    path("relations/", relations.relations, name="relations"),
    path("relations/<int:pk>/removal/", relations.relation_removal, name="relation_removal"),
    path("split/", splitting.split_off, name="split_off"),
    path("split/return/", splitting.split_return, name="split_return"),
    path("merge/", merging.merge, name="merge"),
    path("unmerge/", merging.unmerge, name="unmerge"),
    path("participants/", participants.participants, name="participants"),
    path("participants/<int:pk>/removal/", participants.participant_removal, name="participant_removal"),
    path("participants/<int:pk>/return/", participants.participant_return, name="participant_return"),
]

on_chosen: list[URLPattern | URLResolver] = [
    path("", chosen.chosen, name="chosen"),
    path("assignment/", chosen.chosen_assignment, name="chosen_assignment"),
    path("team/", chosen.chosen_team, name="chosen_team"),
    path("status/", chosen.chosen_status, name="chosen_status"),
    path("priority/", chosen.chosen_priority, name="chosen_priority"),
    path("tags/", chosen.chosen_tags, name="chosen_tags"),
    path("tags/removal/", chosen.chosen_tags_removal, name="chosen_tags_removal"),
]

on_message: list[URLPattern | URLResolver] = [
    path("original/", original.original, name="original"),
    path("approval/", approval.approval, name="approval"),
    path("editing/", rewriting.editing, name="editing"),
    path("deletion/", rewriting.deletion, name="deletion"),
    path("earlier-words/", rewriting.earlier_words, name="earlier_words"),
    path("masking/", masking.masking, name="masking"),
    path("taking-back/", sending.taking_back, name="taking_back"),
    path("placement/", placement.placement, name="placement"),
    path("placement/return/", placement.placement_return, name="placement_return"),
]

at_desk: list[URLPattern | URLResolver] = [
    path("", home.desk, name="desk"),
    path("tickets/", ticket_list.tickets, name="tickets"),
    path("tickets/filter/", ticket_list.list_filter, name="list_filter"),
    path("tickets/new/", new_ticket.new_ticket, name="new_ticket"),
    path("tickets/chosen/", include(on_chosen)),
    path("tickets/<int:number>/", include(on_ticket)),
    path("changes/<int:pk>/", bulk_changes.bulk_change, name="bulk_change"),
    path("changes/<int:pk>/undo/", bulk_changes.bulk_change_undo, name="bulk_change_undo"),
    path("messages/<int:pk>/", include(on_message)),
    path("rail/", rail.rail, name="rail"),
    path("views/", saved_views.saved_view_list, name="saved_views"),
    path("views/criteria/", saved_views.saved_view_criteria, name="saved_view_criteria"),
    path("planned/<int:pk>/", sending.planned, name="planned"),
    path("planned/<int:pk>/removal/", sending.planned_removal, name="planned_removal"),
    path("preview/", preview.preview, name="preview"),
    path("hints/", hints.hints, name="hints"),
    path("views/new/", saved_views.new_saved_view, name="new_saved_view"),
    path("views/<int:pk>/", saved_views.saved_view, name="saved_view"),
    path("views/<int:pk>/deletion/", saved_views.saved_view_deletion, name="saved_view_deletion"),
    path("me/keyboard/", keyboard.keyboard, name="keyboard"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.new_template, name="new_template"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/deletion/", templates.template_deletion, name="template_deletion"),
    path("search/", searching.search, name="search"),
    path("go/", go.go, name="go"),
    path("me/", desk_me.me, name="me"),
    path("journal/", journal.journal, name="journal"),
    path("journal/csv/", journal.journal_csv, name="journal_csv"),
    path("work/<int:pk>/", work.work, name="work"),
    path("work/<int:pk>/file/", work.work_file, name="work_file"),
    path("shortcuts/", shortcuts.shortcuts, name="shortcuts"),
    path("ui/", gallery.ui, name="ui"),
]

on_request: list[URLPattern | URLResolver] = [
    path("", request.request, name="request"),
    path("pdf/", cabinet_paper.paper, name="paper"),
    path("answers/", answers.answers, name="answers"),
    path("closure/", cabinet_state.closure, name="closure"),
    path("reopening/", cabinet_state.reopening, name="reopening"),
    path("following/", following.following, name="following"),
    path("following/end/", following.following_end, name="following_end"),
    path("rating/", cabinet_rating.rating, name="rating"),
]

at_cabinet: list[URLPattern | URLResolver] = [
    path("", cabinet_home.home, name="home"),
    path("me/", cabinet_me.me, name="me"),
    path("app.webmanifest", installing.manifest, name="manifest"),
    path("worker.js", installing.worker, name="worker"),
    path("offline/", installing.offline, name="offline"),
    path("me/data/", my_data.data, name="data"),
    path("me/data/export/", my_data.export, name="export"),
    path("me/data/export/<int:pk>/", my_data.export_file, name="export_file"),
    path("me/data/erasure/end/", my_data.erasure_end, name="erasure_end"),
    path("me/mail/", cabinet_me.mail_choices, name="mail_choices"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/manager/", people.person_manager, name="person_manager"),
    path("people/<int:pk>/removal/", people.person_removal, name="person_removal"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/revocation/", people.invitation_revocation, name="invitation_revocation"),
    path("requests/", requests.requests, name="requests"),
    path("search/", cabinet_searching.search, name="search"),
    path("hints/", cabinet_hints.hints, name="hints"),
    path("requests/new/", new_request.new_request, name="new_request"),
    path("requests/<int:number>/", include(on_request)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("files/<uuid:pk>/", file, name="file"),
    path("rating/<str:token>/", rating, name="rating"),
    path("desk/", include((at_desk, "desk"))),
    path("cabinet/", include((at_cabinet, "cabinet"))),
]
