"""Addresses of features."""

from django.urls import path

from fourfits_web.features import views

app_name = "features"
urlpatterns = [
    path("", views.features, name="list"),
    path("new/", views.new, name="new"),
    path("ranking/", views.ranking, name="ranking"),
    path("ranking/compute/", views.compute, name="compute"),
    path("<int:pk>/", views.feature, name="feature"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/needs/", views.link_need, name="link_need"),
    path("<int:pk>/needs/<int:need>/unlink/", views.unlink_need, name="unlink_need"),
    path("<int:pk>/inputs/", views.give_input, name="give_input"),
]
