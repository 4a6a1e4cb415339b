"""Addresses of the frame."""

from django.urls import path

from fourfits_web.core import views
from fourfits_web.core.lists import views as list_views

app_name = "core"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("theme/", views.choose_theme, name="theme"),
    path("help/", views.help_page, name="help"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/running/", views.running, name="running"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.cancel_job, name="cancel_job"),
    path("jobs/<uuid:pk>/retry/", views.retry_job, name="retry_job"),
    path("views/save/", list_views.save_view, name="save_view"),
    path("views/forget/", list_views.forget_view, name="forget_view"),
    path("audit/", views.audit_log, name="audit"),
    path("audit/<int:pk>/", views.audit_entry, name="audit_entry"),
    path("audit/verify/", views.verify_audit, name="verify_audit"),
]
