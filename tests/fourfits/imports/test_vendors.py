"""The data on other tools' names, and exports with the headers that they state."""

import pytest

from fourfits import tables
from fourfits.imports import vendors


def test_every_name_belongs_to_a_column_of_the_contract():
    for table, columns in vendors.NAMES.items():
        assert set(columns) <= set(tables.CANONICAL[table].names)
    for layout in vendors.LAYOUTS:
        assert {*layout.columns, *layout.constants} <= set(tables.CANONICAL[layout.table].names)
    for table, column in vendors.WORDS:
        assert set(vendors.WORDS[table, column].values()) <= set(
            tables.CANONICAL[table][column].allowed
        )


_EXPORTS = [
    (
        "hubspot",
        "customers",
        "Record ID,First Name,Last Name,Email,Job Title,Company Name,Country/Region,Create Date\n"
        "1,Ann,Lee,ann@example.org,CTO,Acme,DE,2024-03-12 09:14\n",
        {"customer_id": "1", "name": "Ann Lee", "account_id": "Acme"},
    ),
    (
        "hubspot",
        "deals",
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Associated Company IDs\n"
        "5,Big,closedwon,1000,3/15/2024 2:30 PM,2024-03-12 09:14,77\n",
        {"deal_id": "5", "account_id": "77", "won": True},
    ),
    (
        "salesforce",
        "deals",
        "Id,AccountId,Name,StageName,Amount,Probability,CloseDate,IsWon\n"
        "006,001,Big,Prospecting,500,25,2024-03-15,false\n007,001,B,Prospecting,5,90,2024-03-15,\n",
        {"deal_id": "006", "probability_share": 0.25, "won": False},
    ),
    (
        "zendesk",
        "feedback",
        "Id,Requester id,Subject,Status,Created at,Organization\n"
        "9,44,Cannot export,open,2024-03-12 09:14,Acme\n",
        {"feedback_id": "9", "customer_id": "44", "text": "Cannot export", "source": "ticket"},
    ),
    (
        "app_store",
        "feedback",
        '[{"rating":5,"title":"Great","body":"Love it","reviewerNickname":"x",'
        '"createdDate":"2024-03-05T07:08:09-08:00","territory":"USA"}]',
        {"text": "Love it", "rating": 5.0, "source": "review"},
    ),
    (
        "quackback",
        "feedback",
        "title,content,status,board,author_email,vote_count,created_at,source_id\n"
        "Dark mode,,open,ideas,a@example.org,7,2024-03-05T07:08:09Z,p1\n",
        {"feedback_id": "p1", "text": "Dark mode", "source": "board"},
    ),
    (
        "lighthouse",
        "deliveries",
        "ID,Name,State,Type,Started Date,Closed Date,Created Date,Parent Reference Id,Tags,Url,"
        "Owning Team,Estimated Size,Depends On\nT1,x,Done,Story,2024-01-02,2024-01-09,2024-01-01,F1,,,A,3,T0\n",
        {"item_id": "T1", "team": "A", "estimate": 3.0, "feature_id": "F1"},
    ),
    (
        "segment",
        "events",
        '{"type":"track","userId":"u1","event":"Signed Up","messageId":"m1",'
        '"timestamp":"2024-03-05T07:08:09.123Z","properties":{"plan":"pro"}}\n'
        '{"type":"page","userId":"u1","messageId":"m2","timestamp":"2024-03-05T07:09:09.123Z"}\n',
        {"event_id": "m1", "event": "Signed Up", "properties": '{"plan":"pro"}'},
    ),
    (
        "formbricks",
        "responses",
        "submission_id,collected_at,source_type,field_id,field_type,value_text,value_number,user_id\n"
        "s1,2024-03-05T07:08:09Z,survey,nps,nps,,9,u1\ns1,2024-03-05T07:08:09Z,survey,why,text,fine,,u1\n",
        {"response_id": "s1", "question_id": "nps", "kind": "nps", "value_number": 9.0},
    ),
    (
        "intercom",
        "feedback",
        '{"id":"c1","created_at":1709622489,"source":{"subject":"Hi","body":"It fails"}}\n'
        '{"id":"c2","created_at":1709622499,"source":{"subject":"","body":"Again"}}\n',
        {"feedback_id": "c1", "title": "Hi", "text": "It fails"},
    ),
]


@pytest.mark.parametrize("export", _EXPORTS, ids=lambda export: "-".join(export[:2]))
def test_an_export_fills_its_table(opened, canonical, export):
    vendor, table, content, first = export
    source = opened("export.csv", content)

    found, read = canonical(source, tables.CANONICAL[table], vendor=vendor)

    assert {name: read[0][name] for name in first} == first
    assert found.notes[0] == f"read as an export of {vendor}"


def test_google_play_is_recognised_by_its_headers(opened, canonical):
    header = (
        "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
        "Review Submit Date and Time,Review Submit Millis Since Epoch,"
        "Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,"
        "Review Title,Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,"
        "Developer Reply Text,Review Link\n"
    )
    row = "com.x,1,1.0,de,phone,2024-03-05T07:08:09Z,1709622489000,2024-03-05T07:08:09Z,1709622489000,4,,Läuft gut,,,,\n"

    found, read = canonical(opened("reviews.csv", (header + row).encode("utf-16")), tables.FEEDBACK)

    assert found.notes[0] == "read as an export of google_play"
    assert (read[0]["text"], read[0]["rating"], read[0]["language"]) == ("Läuft gut", 4.0, "de")
