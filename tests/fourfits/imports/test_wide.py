"""Surveys with a row per respondent."""

import pytest

from fourfits import errors, tables


def _by_question(read):
    return {
        (row["question_id"], row["kind"], row["value_number"], row["value_text"]) for row in read
    }


def test_typeform_answers_become_a_row_each(opened, canonical):
    source = opened(
        "form.csv",
        "#,How likely are you to recommend us to a friend or colleague?,What is missing?,"
        "Start Date (UTC),Submit Date (UTC),Network ID\n"
        "r1,9,A way to export everything,2024-03-05 07:00:00,2024-03-05 07:08:09,n1\n"
        "r2,3,,2024-03-06 07:00:00,2024-03-13 07:08:09,n2\n",
    )

    _, read = canonical(source, tables.RESPONSES, vendor="typeform")

    assert [row["response_id"] for row in read] == ["r1", "r1", "r2"]
    assert str(read[0]["answered_at"]) == "2024-03-05 07:08:09"
    assert _by_question(read) == {
        ("nps", "nps", 9.0, None),
        ("nps", "nps", 3.0, None),
        ("what_is_missing", "text", None, "A way to export everything"),
    }


def test_surveymonkey_answers_become_a_row_each(opened, canonical):
    source = opened(
        "monkey.csv",
        "Respondent ID,Collector ID,Start Date,End Date,Email Address,Which colours?,,Why?\n"
        ",,,,,Red,Blue,Open-Ended Response\n"
        "1,7,03/13/2024 10:00:00 AM,03/13/2024 10:05:00 AM,a@example.org,Red,,I simply like it\n",
    )

    _, read = canonical(source, tables.RESPONSES)

    assert {row["question_id"] for row in read} == {"which_colours_red", "why"}
    assert {(row["response_id"], row["customer_id"], row["survey_id"]) for row in read} == {
        ("1", "a@example.org", "7")
    }


def test_qualtrics_questions_are_told_by_their_text(opened, canonical):
    source = opened(
        "q.csv",
        "ResponseId,RecordedDate,Progress,Q1,Q2\n"
        "Response ID,Recorded Date,Progress,How would you feel if you could no longer use it?,Why?\n"
        '"{""ImportId"":""_recordId""}","{""ImportId"":""recordedDate""}",'
        '"{""ImportId"":""progress""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"\n'
        "R_1,2024-03-05 07:08:09,100,Very disappointed,It saves me hours each week\n"
        "R_2,2024-03-05 07:08:10,100,N/A - I no longer use it,\n",
    )

    found, read = canonical(source, tables.RESPONSES)

    assert _by_question(read) == {
        ("pmf", "pmf", None, "very disappointed"),
        ("pmf", "pmf", None, "n/a"),
        ("q2", "text", None, "It saves me hours each week"),
    }
    assert "progress" in found.extra


def test_attributes_of_the_respondent_stand_beside_each_answer(opened, canonical):
    source = opened("s.csv", "email,plan,nps,comment\na@example.org,pro,9,very good indeed\n")

    _, read = canonical(source, tables.RESPONSES)

    assert [row["plan"] for row in read] == ["pro", "pro"]
    assert read[0]["customer_id"] == "a@example.org"


def test_the_same_respondents_row_has_the_same_id_again(opened, canonical):
    content = "nps,comment\n9,fine fine fine fine\n9,fine fine fine fine\n3,bad bad bad bad bad\n"

    first = canonical(opened("s.csv", content), tables.RESPONSES)[1]
    again = canonical(opened("s.csv", content + "1,new new new new\n"), tables.RESPONSES)[1]

    ids = [row["response_id"] for row in first]
    assert len(set(ids)) == 3
    assert [row["response_id"] for row in again][: len(ids)] == ids


def test_a_score_that_is_no_number_is_reported(opened, canonical):
    source = opened("s.csv", "id,nps\n" + "".join(f"{i},{i % 11}\n" for i in range(20)) + "x,ten\n")

    _, read = canonical(source, tables.RESPONSES)

    assert (read[-1]["value_number"], read[-1]["raw value_number"]) == (None, "ten")


def test_questions_may_be_named_by_the_user(opened, canonical):
    source = opened("s.csv", "who,A,B\n1,12,15\n2,20,30\n")

    _, read = canonical(
        source,
        tables.RESPONSES,
        mapping={"response_id": "who", "too_cheap": "A", "cheap": "B"},
    )

    assert {(row["response_id"], row["question_id"], row["value_number"]) for row in read} == {
        ("1", "too_cheap", 12.0),
        ("1", "cheap", 15.0),
        ("2", "too_cheap", 20.0),
        ("2", "cheap", 30.0),
    }


def test_a_file_without_questions_says_how_to_name_them(opened, canonical):
    with pytest.raises(errors.ColumnError, match="recognised as a question") as caught:
        canonical(opened("s.csv", "who,plan\n1,pro\n"), tables.RESPONSES)

    assert "--map" in caught.value.hint


def test_long_files_stay_long(opened, canonical):
    source = opened("s.csv", "response_id,question_id,kind,value_number\nr1,nps,nps,9\n")

    found, read = canonical(source, tables.RESPONSES)

    assert found.relation == source.relation
    assert read[0]["kind"] == "nps"


@pytest.mark.realdata
def test_the_price_sensitivity_study_has_its_four_questions(
    realdata, connection, canonical, opened
):
    content = (realdata / "choice_research/psm_03_dat.csv").read_bytes()

    _, read = canonical(opened("psm.csv", content), tables.RESPONSES)

    prices = {
        name: [row["value_number"] for row in read if row["question_id"] == name]
        for name in ("too_cheap", "cheap", "expensive", "too_expensive")
    }
    assert {name: len(found) for name, found in prices.items()} == dict.fromkeys(prices, 1000)
    ordered = zip(*prices.values(), strict=True)
    assert sum(not a < b < c < d for a, b, c, d in ordered) == 9
    likely = [row for row in read if row["question_id"] == "likely_at_cheap"]
    assert {(row["value_number"], row["value_text"]) for row in likely} == {
        (1.0, "Very unlikely"),
        (2.0, "Unlikely"),
        (3.0, "Neither likely nor unlikely"),
        (4.0, "Likely"),
        (5.0, "Very likely"),
    }


@pytest.mark.realdata
def test_the_nps_verbatims_are_scores_and_words(realdata, canonical, opened):
    content = (realdata / "nps_verbatims/text_data.csv").read_bytes()

    _, read = canonical(opened("nps.csv", content), tables.RESPONSES)

    scores = [row["value_number"] for row in read if row["kind"] == "nps"]
    promoters, detractors = (sum(s > 8 for s in scores), sum(s < 7 for s in scores))
    assert (len(scores), promoters, detractors) == (2353, 690, 1271)
    assert sum(row["kind"] == "text" for row in read) == 2385
    assert sum(row["survey_sub_type"] == "Order" for row in read if row["kind"] == "nps") == 962
