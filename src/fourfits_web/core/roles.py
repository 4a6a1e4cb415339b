"""Who may do what: the one table that decides. Pages, API, command line and jobs all ask it."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member is to the team."""

    OWNER = "owner", "Owner"
    PRODUCT_MANAGER = "product_manager", "Product manager"
    PRODUCT_MARKETING_MANAGER = "product_marketing_manager", "Product marketing manager"
    ANALYST = "analyst", "Analyst"
    CONTRIBUTOR = "contributor", "Contributor"
    VIEWER = "viewer", "Viewer"


_O, _PM, _PMM, _A, _C, _V = Role
_EVERYBODY = frozenset(Role)
_PLANNERS = frozenset({_O, _PM, _PMM})
_MAKERS = _PLANNERS | {_A}
_VOICES = _MAKERS | {_C}

PERMISSIONS: dict[str, tuple[str, frozenset[Role]]] = {
    "workspace.read": ("See every page and export what it shows", _EVERYBODY),
    "self.change": ("Change one's own profile, saved views and sign-in", _EVERYBODY),
    "feedback.add": ("Add feedback, also on behalf of a customer", _VOICES),
    "feedback.sort": ("Assign, tag and link feedback", _VOICES),
    "decisions.record": ("Record decisions and look at them again", _MAKERS),
    "reports.run": ("Compute reports anew", _MAKERS),
    "data.import": ("Import, undo and mend data", _MAKERS),
    "segments.shape": ("Name and describe segments", _MAKERS),
    "needs.shape": ("Accept, rename, merge and split needs", _MAKERS),
    "experiments.change": ("Describe experiments and close them", _MAKERS),
    "features.change": ("Add and change features, note who was told of them", _PLANNERS),
    "features.score": ("Give the inputs of scores", _MAKERS),
    "roadmap.plan": ("Move work on the roadmap, plan releases", frozenset({_O, _PM})),
    "pricing.change": ("Keep prices and price studies", frozenset({_O, _PMM})),
    "fits.change": ("Own fits, answer conflicts", _PLANNERS),
    "audit.read": ("Read the audit log", frozenset({_O, _A})),
    "jobs.manage": ("Cancel and retry background work", _MAKERS),
    "members.manage": ("Invite members and change their roles", frozenset({_O})),
    "keys.manage": ("Issue and revoke API keys", frozenset({_O})),
    "webhooks.manage": ("Send events to other systems", frozenset({_O})),
    "settings.change": ("Change the workspace's settings", frozenset({_O})),
}
"""Permission → what it allows, who has it."""


def may(role: str, permission: str) -> bool:
    """Whether the role has the permission; an unknown permission is a mistake of ours.

    >>> may("viewer", "feedback.add"), may("product_manager", "roadmap.plan")
    (False, True)
    """
    return Role(role) in PERMISSIONS[permission][1]
