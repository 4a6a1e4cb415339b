"""Addresses of the four fits."""

from django.urls import path

from fourfits_web.fits import views

app_name = "fits"
urlpatterns = [
    path("", views.four, name="four"),
    path("conflicts/<int:pk>/", views.conflict, name="conflict"),
    path("conflicts/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<slug:slug>/", views.fit, name="fit"),
    path("<slug:slug>/owner/", views.own, name="own"),
]
