"""The address of Home."""

from django.urls import path

from fourfits_web.home import views

urlpatterns = [path("", views.home, name="home")]
