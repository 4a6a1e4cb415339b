"""The workspace as users run it, with one more address: the base template alone."""

# ruff: noqa: F403

from fourfits_web.project.settings import *

ROOT_URLCONF = "web_urls"
