"""Addresses of webhooks."""

from django.urls import path

from fourfits_web.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.endpoints, name="list"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/rotate/", views.rotate, name="rotate"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/test/", views.test, name="test"),
    path("deliveries/<uuid:pk>/", views.delivery, name="delivery"),
    path("deliveries/<uuid:pk>/replay/", views.replay, name="replay"),
]
