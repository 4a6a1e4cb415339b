"""What the settings make of a workspace that is served over TLS, and of one that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import serving
from fourfits_web.project import settings

assert settings

pytestmark = pytest.mark.slow
VISIT = """
import json, sys
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path(sys.argv[1]))
from django.test import Client
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions
from fourfits_web.project import ready, server
ready.lay_static()
member = actions.add(Actor.workspace("command"), email="o@example.org", name="O", role=Role.OWNER)

def told(path, method="get", **headers):
    browser = Client(headers={"host": "product.example.org", **headers})
    answer = getattr(browser, method)(path, REMOTE_ADDR="127.0.0.1")
    cookies = {name: [one["secure"], one["httponly"], one["samesite"]]
               for name, one in browser.cookies.items()}
    return {"status": answer.status_code, "cookies": cookies, "location": answer.get("Location"),
            "hsts": answer.get("Strict-Transport-Security"), "policy": answer.get("Content-Security-Policy"),
            "sniff": answer.get("X-Content-Type-Options"), "frame": answer.get("X-Frame-Options")}

print(json.dumps({
    "page": told("/sign-in/login/", **{"x-forwarded-proto": "https"}),
    "plain": told("/sign-in/login/"),
    "inside": told(server.link(member, ""), "post", **{"x-forwarded-proto": "https"}),
    "health": told("/healthz"),
    "elsewhere": told("/sign-in/login/", host="evil.example.org"),
}))
"""


Seen = dict[str, Any]


def _visited(home: Path, **given: str) -> Seen:
    shell = serving.environment(FOURFITS_HOSTS="product.example.org", **given)
    done = serving.run(shell, VISIT, home)
    assert done.returncode == 0, done.stderr
    found: Seen = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Answers of a workspace that is served over TLS."""
    return _visited(tmp_path_factory.mktemp("tls") / "home", FOURFITS_TLS="yes")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Answers of one that is not."""
    return _visited(tmp_path_factory.mktemp("plain") / "home")


def test_over_tls_browsers_are_told_to_stay_there_and_cookies_go_no_other_way(
    over_tls: Seen,
) -> None:
    assert over_tls["page"]["status"] == 200
    assert over_tls["page"]["hsts"] == "max-age=31536000; includeSubDomains"
    assert (over_tls["plain"]["status"], over_tls["plain"]["location"]) == (
        301,
        "https://product.example.org/sign-in/login/",
    )
    assert over_tls["page"]["cookies"]["csrftoken"] == [True, True, "Lax"]
    assert over_tls["inside"]["cookies"]["sessionid"] == [True, True, "Lax"]
    assert over_tls["health"]["status"] == 200


def test_without_tls_it_is_reached_as_it_is(plain: Seen) -> None:
    assert (plain["plain"]["status"], plain["plain"]["hsts"]) == (200, None)
    assert plain["plain"]["cookies"]["csrftoken"] == ["", True, "Lax"]


def test_whatever_is_served_may_load_nothing_from_elsewhere_nor_be_framed(
    over_tls: Seen, plain: Seen
) -> None:
    for answer in [*over_tls.values(), *plain.values()]:
        if answer["status"] in {301, 400}:
            continue  # refused before anything is shown
        policy = dict(part.split(" ", 1) for part in answer["policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in answer["policy"]
        assert (answer["sniff"], answer["frame"]) == ("nosniff", "DENY")


def test_under_another_name_it_is_not_there(over_tls: Seen, plain: Seen) -> None:
    assert over_tls["elsewhere"]["status"] == plain["elsewhere"]["status"] == 400
