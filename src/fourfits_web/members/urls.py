"""Addresses of members."""

from django.urls import path

from fourfits_web.members import views

app_name = "members"
urlpatterns = [
    path("", views.members, name="list"),
    path("roles/", views.table_of_roles, name="roles"),
    path("profile/", views.profile, name="profile"),
    path("profile/sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<str:handle>/end/", views.end_session, name="end_session"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.revoke_key, name="revoke_key"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("<int:pk>/role/", views.change_role, name="change_role"),
    path("<int:pk>/link/", views.make_link, name="make_link"),
    path("<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:pk>/activate/", views.activate, name="activate"),
    path("join/<str:secret>/", views.join, name="join"),
    path("link/<str:secret>/", views.sign_in_once, name="sign_in_once"),
]
