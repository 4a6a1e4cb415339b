"""Addresses of feedback."""

from django.urls import path

from fourfits_web.feedback import views
from fourfits_web.feedback.inbox import TABS

app_name = "feedback"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    *(path(f"{tab}/", views.inbox, {"tab": tab}, name=tab) for tab, _ in TABS if tab != "open"),
    path("add/", views.add, name="add"),
    path("voices/", views.voices, name="voices"),
    path("undo/", views.undo, name="undo"),
    path("assign/", views.assign_several, name="assign_several"),
    path("tag/", views.tag_several, name="tag_several"),
    path("close/", views.mark_several, {"status": "closed"}, name="close_several"),
    path("reopen/", views.mark_several, {"status": "open"}, name="reopen_several"),
    path("<int:pk>/", views.item, name="item"),
    path("<int:pk>/assign/", views.assign, name="assign"),
    path("<int:pk>/tag/", views.tag, name="tag"),
    path("<int:pk>/close/", views.mark, {"status": "closed"}, name="close"),
    path("<int:pk>/sort/", views.mark, {"status": "sorted"}, name="sort"),
    path("<int:pk>/reopen/", views.mark, {"status": "open"}, name="reopen"),
]
