"""All addresses of the workspace, and `/base/`: the frame of a page with nothing in it."""

from django.shortcuts import render
from django.urls import path

from fourfits_web.core.pages import may
from fourfits_web.project.urls import urlpatterns as ours


@may("workspace.read")
def base(request):
    return render(request, "core/base.html")


urlpatterns = [path("base/", base, name="base"), *ours]
