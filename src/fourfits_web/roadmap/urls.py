"""Addresses of the roadmap."""

from django.urls import path

from fourfits_web.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.board, name="board"),
    path("move/", views.move, name="move"),
    path("put/", views.put, name="put"),
    path("timeline/", views.timeline, name="timeline"),
    path("timeline/compute/", views.compute, name="compute"),
    path("shared/", views.shared, name="shared"),
    path("public/", views.public, name="public"),
    path("items/<int:pk>/", views.item, name="item"),
    path("releases/", views.releases, name="releases"),
    path("releases/new/", views.new_release, name="new_release"),
    path("releases/<int:pk>/", views.release, name="release"),
    path("releases/<int:pk>/change/", views.change_release, name="change_release"),
    path("releases/<int:pk>/ship/", views.ship_release, name="ship_release"),
    path("releases/<int:pk>/drop/", views.drop_release, name="drop_release"),
]
