"""What the server calls."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourfits_web.project.settings")
application = get_wsgi_application()

# What start-up made stays: collecting it again and again takes a part of every request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)

# A page takes some 20 ms: threads that take turns every 5 ms make all pages slower, none quicker.
sys.setswitchinterval(0.05)
