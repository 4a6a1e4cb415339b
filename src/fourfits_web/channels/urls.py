"""Addresses of channels."""

from django.urls import path, register_converter

from fourfits_web.channels import views


class Division:
    """A way in which channels are divided."""

    regex = "segment|plan"

    def to_python(self, value: str) -> str:
        """The division as the address has it."""
        return value

    def to_url(self, value: str) -> str:
        """The same, the other way."""
        return value


register_converter(Division, "division")

app_name = "channels"
urlpatterns = [
    path("", views.channels, name="list"),
    path("by/<division:division>/", views.channels, name="divided"),
    path("by/<division:division>/compute/", views.compute, name="compute"),
    path("of/<path:name>/", views.channel, name="channel"),
]
