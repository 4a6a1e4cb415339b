"""Addresses of the data."""

from django.urls import path

from fourfits_web.data import views

app_name = "data"
urlpatterns = [
    path("", views.start, name="start"),
    path("import/", views.bring, name="bring"),
    path("uploads/", views.upload, name="upload"),
    path("uploads/server/", views.server_file, name="server_file"),
    path("uploads/<int:pk>/", views.file, name="file"),
    path("uploads/<int:pk>/table/", views.choose_table, name="choose_table"),
    path("uploads/<int:pk>/check/", views.check, name="check"),
    path("uploads/<int:pk>/import/", views.import_, name="import"),
    path("uploads/<int:pk>/discard/", views.discard, name="discard"),
    path("imports/", views.imports, name="imports"),
    path("imports/<str:batch_id>/", views.batch, name="batch"),
    path("imports/<str:batch_id>/undo/", views.undo, name="undo"),
    path("quality/", views.quality, name="quality"),
    path("quality/check/", views.check_quality, name="check_quality"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/again/", views.run_again, name="run_again"),
    path("quarantine/aside/", views.set_aside, name="set_aside"),
    path("quarantine/back/", views.take_back, name="take_back"),
    path("quarantine/<int:pk>/", views.row, name="row"),
    path("tables/<str:name>/", views.table, name="table"),
    path("templates/<str:name>.<str:form>", views.template, name="template"),
    path("settings/", views.workspace_settings, name="settings"),
]
