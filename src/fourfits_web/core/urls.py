"""Addresses of the frame."""

from django.urls import path

from fourfits_web.core import views

app_name = "core"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("help/", views.help_page, name="help"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.cancel_job, name="cancel_job"),
    path("jobs/<uuid:pk>/retry/", views.retry_job, name="retry_job"),
    path("audit/", views.audit_log, name="audit"),
    path("audit/<int:pk>/", views.audit_entry, name="audit_entry"),
    path("audit/verify/", views.verify_audit, name="verify_audit"),
]
