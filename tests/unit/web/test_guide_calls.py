"""The guide sign's page and what of alarms leaves the node for the public's screens."""

import json
import re
from typing import Any

import pytest

from edge.faces.emergency import KINDS
from edge.hall.commands import CloseAlarm, RaiseAlarm
from edge.web import crowd, display, guide
from words import LANGUAGES


def told(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="guide">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found.group(1))


@pytest.mark.parametrize(("role", "status"), [("display", 200), ("kiosk", 200), ("counter:1", 200)])
def test_any_paired_screen_may_show_the_sign(hallway: Any, role: str, status: int) -> None:
    answer = hallway.paired(role).get("/guide")
    assert answer.status_code == status
    assert told(answer.text)["grid"] == [100, 60]


def test_a_stranger_is_sent_to_the_pairing_page(hallway: Any) -> None:
    answer = hallway.client(("192.168.7.21", 40_000)).get("/guide", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pair?next=/guide")


def test_every_sentence_of_the_sign_is_there_in_every_language() -> None:
    for sentence, text in guide.sayings().items():
        assert set(text) == set(LANGUAGES)
        assert text["zh"] != sentence and re.search("[一-鿿]", text["zh"]), sentence
        assert sorted(re.findall(r"\{\w+\}", text["zh"])) == sorted(re.findall(r"\{\w+\}", sentence))


def test_the_way_out_is_shown_where_people_must_leave_and_only_there() -> None:
    assert set(KINDS) >= guide.LEAVE
    assert "power" not in guide.LEAVE, "there people are asked to stay where they are"


def test_the_request_to_queue_names_the_hall_s_limit_and_nobody(hallway: Any) -> None:
    text = crowd.please_queue(7)
    assert all("7" in words for words in text.values())
    assert display.for_script(hallway.settings)["queue"] == crowd.please_queue(5)
    page = hallway.paired("kiosk").get("/kiosk").text
    for words in crowd.please_queue(5).values():
        assert words in page


@pytest.mark.clause("S4-43")
@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_a_crowd_reaches_public_screens_as_a_flag_and_no_other_alarm_does(hallway: Any, role: str) -> None:
    screen, staff = hallway.paired(role), hallway.paired("supervisor")
    for kind in ("silent", "help", "intrusion", "fire"):
        hallway.line.submit(RaiseAlarm(kind, "counter:1", "keys")).result()
    before = screen.get("/api/view").json()
    assert (before["crowded"], before["alarms"]) == (False, [])
    hallway.line.submit(RaiseAlarm("crowd", "kiosk", "guide-wang")).result()
    seen = screen.get("/api/view")
    assert (seen.json()["crowded"], seen.json()["alarms"]) == (True, [])
    assert "guide-wang" not in seen.text
    alarms = staff.get("/api/view").json()["alarms"]
    assert [(one["kind"], one["place"]) for one in alarms][-1] == ("crowd", "kiosk")
    hallway.line.submit(CloseAlarm(alarms[-1]["id"], "1001", "a second kiosk was opened")).result()
    assert screen.get("/api/view").json()["crowded"] is False
