"""Addresses of segments."""

from django.urls import path

from fourfits_web.segments import views

app_name = "segments"
urlpatterns = [
    path("", views.segments, name="list"),
    path("compute/", views.compute, name="compute"),
    path("compare/", views.compare, name="compare"),
    path("<int:pk>/", views.segment, name="segment"),
    path("<int:pk>/people/", views.people, name="people"),
    path("<int:pk>/describe/", views.describe, name="describe"),
]
