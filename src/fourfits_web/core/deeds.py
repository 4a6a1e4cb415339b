"""What entries of the audit log say in words; files and filters keep the verbs of the code."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from fourfits_web.core import display

WORDS: Mapping[str, str] = {
    "data.check": "asked what an import would do",
    "data.check_quality": "asked for the quality of the data",
    "data.discard": "let go of a file",
    "data.import": "asked for an import",
    "data.imported": "imported",
    "data.map": "said what a file's columns are",
    "data.mend": "corrected a row",
    "data.mended": "noted which corrected rows landed",
    "data.rerun": "had rows read again",
    "data.set_aside": "set rows aside for good",
    "data.take_back": "took rows back that were set aside",
    "data.undo": "asked to take an import back",
    "data.undone": "took an import back",
    "data.upload": "brought a file",
    "decision.answer": "answered a decision",
    "decision.look_again": "looked at a decision again",
    "decision.record": "recorded a decision",
    "decision.revise": "revised a decision",
    "experiment.describe": "described an experiment",
    "experiment.measure": "chose what an experiment measures",
    "experiment.plan": "planned an experiment",
    "feature.add": "added a feature",
    "feature.answer": "noted whether a feature helped",
    "feature.change": "changed a feature",
    "feature.draft_message": "wrote to those who asked",
    "feature.give_input": "gave an input of a score",
    "feature.link_need": "linked a need to a feature",
    "feature.take_back": "took a note back",
    "feature.tell": "noted who was told",
    "feature.undo_note": "undid a note",
    "feature.unlink_need": "took a need from a feature",
    "feedback.assign": "said who looks after feedback",
    "feedback.mark": "marked feedback",
    "feedback.moved": "moved feedback to the customer data",
    "feedback.receive": "received feedback",
    "feedback.tag": "tagged feedback",
    "feedback.undo": "undid a change of feedback",
    "fits.answer": "answered a conflict",
    "fits.own": "said who answers for a fit",
    "fits.reopen": "opened a conflict again",
    "identity.connect": "connected a sign-in of the company",
    "invitation.accept": "accepted an invitation",
    "invitation.revoke": "took an invitation back",
    "invitation.send": "invited somebody",
    "job.cancel": "cancelled background work",
    "job.retry": "ran background work again",
    "key.issue": "issued an API key",
    "key.revoke": "revoked an API key",
    "link.make": "made a sign-in link",
    "link.use": "signed in by a link",
    "member.add": "added a member",
    "member.change_role": "changed a role",
    "member.leave": "closed the door to a member",
    "member.rename": "changed a name",
    "member.return": "opened the door to a member again",
    "need.accept": "accepted a need",
    "need.add": "named a need",
    "need.describe": "described a need",
    "need.drop": "dropped a need",
    "need.link": "linked feedback to a need",
    "need.merge": "merged a need",
    "need.parts": "kept the parts of a need",
    "need.propose": "proposed a need again",
    "need.rename": "renamed a need",
    "need.run": "looked for needs in feedback",
    "need.split": "split a need",
    "need.unlink": "took feedback from a need",
    "need.unmerge": "took a merger of needs back",
    "password.choose": "chose a password",
    "pricing.change": "changed prices",
    "recovery_codes.make": "made recovery codes",
    "report.refresh": "asked for a report",
    "report.refresh_all": "asked for every report",
    "roadmap.assign_release": "changed the release of an item",
    "roadmap.change_release": "changed a release",
    "roadmap.describe": "described an item of the roadmap",
    "roadmap.drop_release": "dropped a release",
    "roadmap.place": "moved an item on the board",
    "roadmap.plan_release": "planned a release",
    "roadmap.ship_release": "shipped a release",
    "roadmap.write_vision": "wrote the vision",
    "second_factor.turn_off": "turned two-factor sign-in off",
    "second_factor.turn_on": "turned two-factor sign-in on",
    "segment.describe": "described a segment",
    "session.end": "signed out in another browser",
    "settings.change_workspace": "changed the workspace's settings",
    "view.forgotten": "forgot a saved view",
    "view.saved": "saved a view",
    "webhook.add": "added a webhook",
    "webhook.change": "changed a webhook",
    "webhook.pause": "paused a webhook",
    "webhook.remove": "removed a webhook",
    "webhook.replay": "sent a message of a webhook again",
    "webhook.resume": "resumed a webhook",
    "webhook.rotate": "gave a webhook a new secret",
    "webhook.test": "tested a webhook",
}
"""What was done, after the name of who did it; held complete by a rule."""


def said(verb: str) -> str:
    """What was done, where it stands alone; verbs of earlier versions stay as they were written.

    >>> said("link.use"), said("theme.name")
    ('Signed in by a link', 'theme.name')
    """
    words = WORDS.get(verb, "")
    return words[:1].upper() + words[1:] if words else verb


def field(name: str) -> str:
    """A field of a record in words.

    >>> field("actor_name"), field("asked_at")
    ('Actor name', 'Asked at')
    """
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def value(held: Any) -> str:
    """What a field held, as people read it.

    >>> value(True), value(""), value("2026-11-23T03:37:05+00:00"), value({"by": "plan"}), value([])
    ('Yes', '–', '23 Nov 2026, 03:37', 'By: plan', '–')
    """
    if isinstance(held, bool):
        return "Yes" if held else "No"
    if held is None or held in ("", [], {}):
        return display.NOTHING
    if isinstance(held, dict):
        return "; ".join(f"{field(str(key))}: {value(each)}" for key, each in held.items())
    if isinstance(held, list):
        return ", ".join(map(value, held))
    if isinstance(held, str) and len(held) > len("2026-11-23") and held[4:5] == held[7:8] == "-":
        try:
            return display.moment(datetime.datetime.fromisoformat(held))
        except ValueError:
            return held
    return str(held)
