"""Addresses of people and accounts; an id may hold any character."""

from django.urls import path

from fourfits_web.customers import views

app_name = "customers"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<path:customer_id>/timeline/", views.person_timeline, name="person_timeline"),
    path("people/<path:customer_id>/", views.person, name="person"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<path:account_id>/timeline/", views.account_timeline, name="account_timeline"),
    path("accounts/<path:account_id>/", views.account, name="account"),
]
