"""The pages of the chat, all of them at the desk."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.chat.views.files import file, upload_removal, uploads
from helpdesk.chat.views.rewriting import deletion, earlier_words, editing
from helpdesk.chat.views.rooms import chat, of_team, room, with_person
from helpdesk.chat.views.state import colleagues, draft, reading

at_desk: list[URLPattern] = [
    path("", chat, name="chat"),
    path("with/<int:pk>/", with_person, name="with_person"),
    path("teams/<int:pk>/", of_team, name="of_team"),
    path("uploads/", uploads, name="uploads"),
    path("uploads/<uuid:enclosure>/removal/", upload_removal, name="upload_removal"),
    path("files/<uuid:enclosure>/", file, name="file"),
    path("lines/<int:pk>/editing/", editing, name="editing"),
    path("lines/<int:pk>/deletion/", deletion, name="deletion"),
    path("lines/<int:pk>/earlier-words/", earlier_words, name="earlier_words"),
    path("<int:pk>/", room, name="room"),
    path("<int:pk>/reading/", reading, name="reading"),
    path("<int:pk>/draft/", draft, name="draft"),
    path("<int:pk>/colleagues/", colleagues, name="colleagues"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("desk/chat/", include((at_desk, "chat")))]
