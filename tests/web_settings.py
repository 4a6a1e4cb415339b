"""Settings of the workspace for its tests: a home of its own, quick passwords, plain static files."""

# ruff: noqa: F403, F405, S105

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="fourfits-web-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["FOURFITS_HOME"] = _home
os.environ["FOURFITS_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"

from fourfits_web.project.settings import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"] == "fourfits_web.core.sqlite":
    # By itself a run on several processes keeps only Django's own engine in memory.
    DATABASES["default"].setdefault("TEST", {})["NAME"] = ":memory:"
