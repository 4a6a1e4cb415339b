"""Addresses of the roadmap."""

from django.urls import path

from fourfits_web.roadmap import views, views_asked

app_name = "roadmap"
urlpatterns = [
    path("", views.board, name="board"),
    path("move/", views.move, name="move"),
    path("put/", views.put, name="put"),
    path("vision/", views.vision, name="vision"),
    path("timeline/", views.timeline, name="timeline"),
    path("timeline/compute/", views.compute, name="compute"),
    path("shared/", views.shared, name="shared"),
    path("public/", views.public, name="public"),
    path("items/<int:pk>/", views.item, name="item"),
    path("asked/tell/", views_asked.tell, name="tell"),
    path("asked/helped/", views_asked.helped, name="helped"),
    path("asked/not-helped/", views_asked.not_helped, name="not_helped"),
    path("asked/take-back/", views_asked.take_back, name="take_back"),
    path("asked/undo/<int:note>/", views_asked.undo, name="undo_note"),
    path("asked/<int:pk>/", views_asked.asked, name="asked"),
    path("asked/<int:pk>/message/", views_asked.message, name="message"),
    path("asked/<int:pk>/people/<path:customer_id>/", views_asked.person, name="asker"),
    path("releases/", views.releases, name="releases"),
    path("releases/new/", views.new_release, name="new_release"),
    path("releases/<int:pk>/", views.release, name="release"),
    path("releases/<int:pk>/change/", views.change_release, name="change_release"),
    path("releases/<int:pk>/ship/", views.ship_release, name="ship_release"),
    path("releases/<int:pk>/drop/", views.drop_release, name="drop_release"),
]
