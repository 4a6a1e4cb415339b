"""Addresses of needs."""

from django.urls import path

from fourfits_web.needs import views
from fourfits_web.needs.listing import TABS

app_name = "needs"
urlpatterns = [
    path("", views.needs, name="list"),
    *(path(f"{tab}/", views.needs, {"tab": tab}, name=tab) for tab, _ in TABS if tab != "standing"),
    path("add/", views.add, name="add"),
    path("names/", views.names, name="names"),
    path("look/", views.look, name="look"),
    path("looks/", views.runs, name="runs"),
    path("looks/<int:pk>/", views.run, name="run"),
    path("accept/", views.accept_several, name="accept_several"),
    path("drop/", views.drop_several, name="drop_several"),
    path("merge/", views.merge, name="merge"),
    path("link/", views.link_several, name="link_several"),
    path("item/<int:pk>/link/", views.link, name="link"),
    path("item/<int:pk>/unlink/<int:need>/", views.unlink, name="unlink"),
    path("<int:pk>/", views.need, name="need"),
    path("<int:pk>/shape/", views.shape, name="shape"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/unmerge/", views.unmerge, name="unmerge"),
    path("<int:pk>/merge/", views.merge_into, name="merge_into"),
    path("<int:pk>/split/", views.split, name="split"),
    path("<int:pk>/parts/", views.look_for_parts, name="look_for_parts"),
]
