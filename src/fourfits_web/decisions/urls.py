"""Addresses of decisions."""

from django.urls import path

from fourfits_web.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.decisions, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.decision, name="decision"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/look-again/", views.look_again, name="look_again"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/evidence/<int:evidence>/", views.evidence, name="evidence"),
    path("<int:pk>/evidence/<int:evidence>/again/", views.compute_again, name="compute_again"),
]
