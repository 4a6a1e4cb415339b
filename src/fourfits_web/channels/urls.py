"""Addresses of channels."""

from django.urls import path

from fourfits_web.channels import views

app_name = "channels"
urlpatterns = [
    path("", views.channels, name="list"),
    path("by/<str:division>/", views.channels, name="divided"),
    path("by/<str:division>/compute/", views.compute, name="compute"),
    path("of/<path:name>/", views.channel, name="channel"),
]
