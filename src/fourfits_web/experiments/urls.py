"""Addresses of experiments."""

from django.urls import path

from fourfits_web.experiments import views

app_name = "experiments"
urlpatterns = [
    path("", views.experiments, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.experiment, name="experiment"),
    path("<int:pk>/describe/", views.describe, name="describe"),
    path("<int:pk>/measure/", views.measure, name="measure"),
]
