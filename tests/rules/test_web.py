"""What holds for every address, action and slice of the workspace, found by introspection."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.test import Client

import addresses
from addresses import Address
from fourfits import analyses
from fourfits_web.core import actions, deeds, registry, roles
from fourfits_web.core.forms import LinesField
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member
from fourfits_web.project.slices import SLICES
from fourfits_web.reports import reading, words
from rules.conftest import Run

WEB = Path(__file__).parents[2] / "src" / "fourfits_web"

OPEN_TO_STRANGERS = {
    "healthz": "a supervisor asks it",
    "readyz": "a supervisor asks it",
    "roadmap:public": "what is shared with everybody, where the settings open it",
    "members:join": "the secret in the address is the key",
    "members:sign_in_once": "the secret in the address is the key",
}
SIGN_IN = "sign-in/"
"""Addresses of the sign-in itself; allauth guards what lies behind."""
BY_KEY = "api/v1/"
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
          "update_or_create", "aupdate", "acreate", "asave", "adelete"}  # fmt: skip
DOORS = ("views.py", "api.py", "forms.py", "panels.py", "queries.py")


ADDRESSES = addresses.every()
OURS = [
    one
    for one in ADDRESSES
    if not one.path.startswith((SIGN_IN, BY_KEY)) and one.name not in OPEN_TO_STRANGERS
]
each_of_ours = pytest.mark.parametrize("address", OURS, ids=repr)
each_action = pytest.mark.parametrize("verb", sorted(actions.ACTIONS))


@pytest.mark.django_db
@each_of_ours
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_refuses_a_stranger(address: Address, method: str) -> None:
    answer = getattr(Client(), method)(f"/{address.path}")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/login/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [one for one in ADDRESSES if one.path.startswith(BY_KEY)], ids=repr
)
@pytest.mark.parametrize("method", ["get", "post", "patch", "put", "delete"])
def test_the_api_refuses_whoever_has_no_key(address: Address, method: str) -> None:
    answer = getattr(Client(), method)(f"/{address.path}")

    assert answer.status_code in {302, 401, 404, 405}


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["x", "../../etc/passwd", "'; DROP TABLE members_member; --"])
def test_a_door_with_a_secret_stays_shut_for_a_wrong_one(secret: str) -> None:
    for name in ("join", "link"):
        assert Client().get(f"/members/{name}/{secret}/").status_code in {404, 410}


@each_of_ours
def test_every_view_names_its_permission(address: Address) -> None:
    if address.name in {"home", "api:openapi-json", "api:api-root"}:
        return
    assert getattr(address.view, "permission", "") in roles.PERMISSIONS


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_it_may_and_nothing_else(role: Role) -> None:
    client, wrong = Client(raise_request_exception=True), []
    client.force_login(
        Member.objects.create_user(f"{role}@example.org", name=role.label, role=role)
    )
    for address in OURS:
        permission = getattr(address.view, "permission", "workspace.read")
        status = client.get(f"/{address.path}").status_code
        if (status == 403) == roles.may(role, permission) and status != 405:
            wrong.append((address.name, status))

    assert wrong == []


@each_action
def test_every_action_is_named_by_noun_and_verb_and_guarded(verb: str) -> None:
    noun, dot, what = verb.partition(".")

    assert dot
    assert noun.isidentifier()
    assert what.isidentifier()
    assert actions.ACTIONS[verb].permission in roles.PERMISSIONS


def test_every_permission_guards_something() -> None:
    guarded = {one.permission for one in actions.ACTIONS.values()}
    seen = {getattr(one.view, "permission", "") for one in OURS}

    assert set(roles.PERMISSIONS) - guarded - seen == set()


@pytest.mark.parametrize("name", SLICES)
def test_every_slice_says_what_it_is(name: str) -> None:
    text = (WEB / name / "__init__.py").read_text()

    assert (ast.get_docstring(ast.parse(text)) or "").endswith(".")


@pytest.mark.parametrize("name", SLICES)
def test_every_text_of_several_lines_is_counted_as_browsers_do(name: str) -> None:
    if not (WEB / name / "forms.py").exists():
        return
    slice_forms = importlib.import_module(f"fourfits_web.{name}.forms")
    found = [
        f"{form.__name__}.{field_name}"
        for form in vars(slice_forms).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
        for field_name, field in form.base_fields.items()
        if isinstance(field.widget, forms.Textarea) and not isinstance(field, LinesField)
    ]

    assert found == []


@pytest.mark.parametrize(
    "file",
    [file for name in (*SLICES, "core") for door in DOORS for file in (WEB / name).glob(door)],
    ids=lambda file: str(file.relative_to(WEB)),
)
def test_only_actions_and_jobs_write(file: Path) -> None:
    tree = ast.parse(file.read_text())
    found = [
        f"line {node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ".objects" in ast.unparse(node.func)
    ]

    assert found == []


def test_every_page_of_the_menu_can_be_reached_by_its_keys() -> None:
    keys = [item.keys for item in registry.MENU if item.keys]
    made = [item.keys for item in registry.CREATIONS]

    assert len(keys) == len(set(keys))
    assert len(made) == len(set(made))


def test_nothing_of_the_workspace_comes_from_elsewhere() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert all("unsafe" not in source for sources in policy.values() for source in sources)
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'"]


@pytest.mark.parametrize(
    "file", sorted(WEB.rglob("templates/**/*.html")), ids=lambda file: str(file.relative_to(WEB))
)
def test_templates_hold_no_inline_style_script_or_handler(file: Path) -> None:
    text = file.read_text()

    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "javascript:" not in text
    assert "{% autoescape off" not in text
    for script in text.split("<script")[1:]:
        head = script.partition(">")[0]
        assert "src=" in head or "application/json" in head


@pytest.mark.parametrize(
    "file", sorted(WEB.rglob("templates/**/*.html")), ids=lambda file: str(file.relative_to(WEB))
)
def test_what_a_script_opens_has_a_way_without_it(file: Path) -> None:
    """A button that only a script presses is hidden without one; what opens a dialog is a link."""
    text = re.sub(r"<dialog.*?</dialog>", "", file.read_text(), flags=re.DOTALL)
    dead = [
        tag
        for tag in re.findall(r"<(?:button|a|summary)\b[^>]*>", text)
        if ('type="button"' in tag and "needs-js" not in tag and "data-chart-save" not in tag)
        or ("data-open" in tag and not tag.startswith('<a class="btn" href="'))
    ]

    assert [tag for tag in dead if not re.match(r'<a href="[^"]+" data-open', tag)] == []


def test_every_setting_is_documented() -> None:
    guide = (WEB.parents[1] / "docs" / "guides" / "workspace.md").read_text()
    read = {
        name
        for file in WEB.rglob("*.py")
        for name in re.findall(r"\"(FOURFITS_[A-Z_]+)\"", file.read_text())
    }

    assert {name for name in read if f"`{name}`" not in guide} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", analyses.ALL)
def test_every_column_of_every_analysis_is_called_by_words_of_its_own(
    name: str, run: Callable[[str], Run]
) -> None:
    """A new column gets its words in `reports.columns`; files keep the names of the code."""
    result = run(name).result.to_dict()
    columns = reading.shown(result["rows"], name)
    titles = [column.title for column in columns]
    headline = [item["title"] for item in reading.headline(result, "EUR")]

    assert [column.name for column in columns if not words.column(column.name, name)] == []
    assert sorted(set(titles)) == sorted(titles)
    assert [title for title in [*titles, *headline] if "_" in title] == []


def test_every_action_is_told_in_words_and_no_words_are_left_over() -> None:
    assert sorted(deeds.WORDS) == sorted(actions.ACTIONS)
