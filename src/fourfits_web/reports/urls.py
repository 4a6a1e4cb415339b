"""Addresses of reports."""

from django.urls import path

from fourfits_web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="list"),
    path("compute-all/", views.compute_all, name="compute_all"),
    path("ask/<str:analysis>/", views.ask, name="ask"),
    path("question/<str:key>/", views.newest, name="newest"),
    path("jobs/<uuid:job>/", views.progress, name="progress"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/refresh/", views.refresh, name="refresh"),
    path("<int:pk>/source/", views.source, name="source"),
    path("<int:pk>/export/<str:form>/", views.export, name="export"),
]
