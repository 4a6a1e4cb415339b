"""Addresses of people and accounts."""

from django.urls import path

from fourfits_web.customers import views

app_name = "customers"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<str:customer_id>/", views.person, name="person"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<str:account_id>/", views.account, name="account"),
]
