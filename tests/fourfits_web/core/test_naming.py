"""People's words for segments take the place of the data's, and of nothing else."""

from __future__ import annotations

from fourfits_web.core.naming import Names

NAMES = Names((("home", "Families"), ("home offices", "Freelancers")))


def test_a_sentence_names_segments_as_people_do() -> None:
    told = NAMES.told("Home pays 9; Most is lost in ads · home offices. Held back by homes.")

    assert told == "Families pays 9; Most is lost in ads · Freelancers. Held back by homes."


def test_a_name_of_something_else_is_kept() -> None:
    told = NAMES.told("One feature (Home page, home loans) serves home.", keep=["home loans"])

    assert told == "One feature (Home page, home loans) serves Families."


def test_a_heading_keeps_peoples_words_as_they_wrote_them() -> None:
    names = Names((("home", "iPhone families"),))

    assert names.heading("home") == "iPhone families"
    assert names.heading("small offices") == "Small offices"


def test_a_chart_says_peoples_words_but_keeps_its_columns() -> None:
    spec = {
        "datasets": {"a": [{"home": 1, "group": "ads · home"}]},
        "encoding": {"y": {"field": "home", "sort": ["home", "x"]}},
        "data": {"values": [{"segment": "home"}]},
    }

    drawn = NAMES.drawn(spec)

    assert drawn["datasets"]["a"] == [{"home": 1, "group": "ads · Families"}]
    assert drawn["encoding"]["y"] == {"field": "home", "sort": ["Families", "x"]}
    assert drawn["data"]["values"] == [{"segment": "Families"}]
