"""Addresses of pricing."""

from django.urls import path

from fourfits_web.pricing import views

app_name = "pricing"
urlpatterns = [
    path("", views.study, name="study"),
    path("prices/", views.prices, name="prices"),
]
