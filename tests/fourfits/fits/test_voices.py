"""Who wants what, as rated and as voiced."""

from __future__ import annotations

import pytest

from fourfits import samples
from fourfits.fits import inputs, voices

FEEDBACK = {
    "feedback_id": ["1", "2", "3", "4", "5"],
    "customer_id": ["a", "a", "b", "c", "d"],
    "segment": ["home", "home", "home", "home", "office"],
}
THEMES = {
    "feedback_id": ["1", "2", "3", "4", "5"],
    "theme": ["rent", "rent", "quiet", "praise", "rent"],
}


def test_a_person_who_voices_a_need_twice_counts_once() -> None:
    given = inputs.together(feedback=FEEDBACK, assignments=THEMES)

    found = voices.voiced(given["feedback"], given["assignments"], ("segment",))

    assert found.wanting["home",] == {"rent": 1, "quiet": 1}
    assert found.share(("home",), "rent") == 1 / 3
    assert found.share(("office",), "rent") == 1
    assert found.share(("nobody",), "rent") == 0


def test_importance_from_seven_on_is_wanting() -> None:
    given = inputs.together(
        responses={
            "kind": ["rating"] * 3,
            "question_id": ["importance:rent"] * 3,
            "value_number": [7, 6, 10],
            "segment": ["home"] * 3,
        }
    )

    found = voices.rated(given["responses"], ("segment",))

    assert found.share(("home",), "rent") == 2 / 3
    assert found.verb == "rate it important"


def test_feedback_answers_where_the_ratings_do_not_know_the_need() -> None:
    responses = {
        "kind": ["rating"],
        "question_id": ["importance:taste"],
        "value_number": [9],
        "segment": ["home"],
    }
    given = inputs.together(responses=responses, feedback=FEEDBACK, assignments=THEMES)

    assert voices.wanted(given, ("segment",), {"rent"}).table == "feedback"
    assert voices.wanted(given, ("segment",), {"taste"}).table == "responses"
    assert voices.wanted(given, ("segment",), {"colour"}) is None


@pytest.mark.slow
def test_the_sample_wants_what_was_planted(company: samples.Company) -> None:
    data = company.data().adding(assignments=company.truth.assignments)

    found = voices.voiced(data.feedback, data.assignments, ("segment",))

    need = company.truth.conflict_need
    shares = {name: found.share((name,), need) for name in company.truth.segments}
    assert {"students", "small offices"} == set(sorted(shares, key=shares.get)[-2:])
