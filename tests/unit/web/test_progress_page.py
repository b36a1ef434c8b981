"""The slip's page in the hall: what it tells whom, its forms without any script, and what a stranger learns."""

import re
from typing import Any

import pytest

from contract.catalogue import Journey
from contract.rating_tags import TAGS
from edge.hall.commands import CallNext, ChangeCatalogue, CheckIn, Finish, IssueTicket, LogOut, Start
from edge.web.pages import script_words
from tests.unit.web.test_checkin_calls import MINUTE, book

__all__ = ["book"]

LAN = ("192.168.7.50", 40_000)
MINE = "MYOWNTOKEN234"


@pytest.fixture
def phone(hallway: Any) -> Any:
    """Some customer's, paired with nothing."""
    return hallway.client(LAN)


def take(hallway: Any, token: str = MINE, service: str = "savings", **more: Any) -> None:
    hallway.line.submit(IssueTicket(service, token, "test", **more)).result()


def serve(hallway: Any, counter: str = "1") -> None:
    for command in (CallNext(counter), Start(counter), Finish(counter)):
        hallway.line.submit(command).result()


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text.split("<main", 1)[1]))


def test_a_phone_sees_its_own_number_and_who_is_ahead(hallway: Any, phone: Any) -> None:
    take(hallway, "SOMEBODYELSE2"), take(hallway)
    told = phone.get(f"/api/slips/{MINE}").json()
    assert (told["number"], told["status"], told["ahead"], told["may_rate"]) == ("A002", "waiting", 1, False)
    page = phone.get(f"/t/{MINE}?lang=en")
    assert page.status_code == 200 and "A002" in page.text and "1 before you" in page.text
    assert "A001" not in page.text and "SOMEBODYELSE2" not in page.text and "Expected wait" in page.text


@pytest.mark.parametrize("path", [f"/t/{MINE}", f"/t/branch/{MINE}"])
def test_both_addresses_of_a_slip_lead_to_it(hallway: Any, phone: Any, path: str) -> None:
    take(hallway)
    assert "A001" in phone.get(path).text


def test_the_language_is_the_phones_unless_one_is_chosen(hallway: Any, phone: Any) -> None:
    take(hallway)
    german_english = {"Accept-Language": "de-DE,en;q=0.8,zh;q=0.5"}
    assert '<html lang="en"' in phone.get(f"/t/{MINE}", headers=german_english).text
    assert '<html lang="zh-CN"' in phone.get(f"/t/{MINE}", headers={"Accept-Language": "de"}).text
    assert '<html lang="zh-CN"' in phone.get(f"/t/{MINE}?lang=zh", headers=german_english).text


def test_the_way_of_a_ticket_is_told_step_by_step(hallway: Any, phone: Any) -> None:
    def page() -> str:
        return text(phone.get(f"/t/{MINE}?lang=en"))

    take(hallway)
    assert "You are next" in page()
    hallway.line.submit(CallNext("1")).result()
    assert "Please go to Counter 1 now" in page()
    hallway.line.submit(Start("1")).result()
    assert "You are being served at Counter 1" in page()
    hallway.line.submit(Finish("1")).result()
    assert "Done. Thank you for your visit." in page() and "How was it?" in page()


def test_the_stages_of_a_journey_are_shown(hallway: Any, phone: Any) -> None:
    import msgspec

    catalogue = hallway.line.state.catalogue
    journey = Journey("home", {"zh": "购房", "en": "Buying a home"}, ("savings", "loans"))
    changed = msgspec.structs.replace(catalogue, version=catalogue.version + 1, journeys=(journey,))
    hallway.line.submit(ChangeCatalogue(changed)).result()
    take(hallway, journey="home")
    assert re.search(r"One number, several matters Savings Loans", text(phone.get(f"/t/{MINE}?lang=en")))
    serve(hallway)
    told = phone.get(f"/api/slips/{MINE}").json()
    assert (told["number"], [one["en"] for one in told["done"]], told["status"]) == ("A001", ["Savings"], "waiting")
    assert re.search(r"Savings done Loans", text(phone.get(f"/t/{MINE}?lang=en")))


def test_a_booked_customer_reads_the_time(hallway: Any, phone: Any, book: Any) -> None:
    book("BK1")
    hallway.line.submit(CheckIn(MINE, "kiosk", "code", code="BK1")).result()
    assert "Booked for 16:10: you are called from then on" in text(phone.get(f"/t/{MINE}?lang=en"))
    hallway.line.now += 10 * MINUTE


# --- what it can do ---------------------------------------------------------------


def test_a_customer_lets_others_go_first_and_keeps_the_number(hallway: Any, phone: Any) -> None:
    take(hallway), take(hallway, "SOMEBODYELSE2")
    assert "move me back" in phone.get(f"/t/{MINE}?lang=en").text
    answer = phone.post(f"/api/slips/{MINE}/move-back", json={})
    assert (answer.status_code, answer.json()["number"], answer.json()["moves"]) == (200, "A001", 1)
    assert phone.get(f"/api/slips/{MINE}").json()["ahead"] == 1
    refused = phone.post(f"/api/slips/{MINE}/move-back", json={})
    assert (refused.status_code, refused.json()["error"]) == (409, "nobody_behind")


def test_the_form_does_the_same_without_a_script(hallway: Any, phone: Any) -> None:
    take(hallway), take(hallway, "SOMEBODYELSE2")
    action = re.search(r'action="([^"]+/move-back[^"]*)"', phone.get(f"/t/branch/{MINE}?lang=en").text)
    assert action is not None
    sent = phone.post(action.group(1), headers={"Origin": "http://127.0.0.1:8611"}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/t/branch/{MINE}?said=moved&lang=en")
    assert "You keep your number and are called later." in phone.get(sent.headers["location"]).text
    again = phone.post(f"/t/{MINE}/move-back", follow_redirects=False)
    assert again.headers["location"] == f"/t/{MINE}?said=nobody_behind"


@pytest.mark.clause("S1-39")
def test_five_levels_with_tags_and_words_are_asked_for_and_kept(hallway: Any, phone: Any) -> None:
    take(hallway)
    assert "How was it?" not in phone.get(f"/t/{MINE}?lang=en").text
    serve(hallway)
    page = phone.get(f"/t/{MINE}?lang=en").text
    assert re.findall(r'name="level" value="(\d)"', page) == ["5", "4", "3", "2", "1"]
    for level in ("Very satisfied", "Satisfied", "Fairly satisfied", "Dissatisfied", "Very dissatisfied"):
        assert level in page
    good, bad = next(iter(TAGS[5])), next(iter(TAGS[1]))
    form = {"level": "5", "tags": [good, bad], "comment": " very  quick\r\n"}
    sent = phone.post(f"/t/{MINE}/rating?lang=en", data=form, follow_redirects=False)
    assert sent.headers["location"] == f"/t/{MINE}?said=rated&lang=en"
    command = hallway.line.submitted[-1][0]
    assert (command.level, command.tags, command.comment, command.source) == (5, (good,), "very quick", "slip")
    after = phone.get(f"/t/{MINE}?lang=en").text
    assert "Your rating: 5 of 5" in after and "Send the rating" not in after
    twice = phone.post(f"/t/{MINE}/rating", data={"level": "1"}, follow_redirects=False)
    assert twice.headers["location"] == f"/t/{MINE}?said=already_rated"


@pytest.mark.parametrize("level", ["", "0", "6", "5.0", "five"])
def test_a_level_is_one_of_five(hallway: Any, phone: Any, level: str) -> None:
    take(hallway)
    serve(hallway)
    sent = phone.post(f"/t/{MINE}/rating", data={"level": level}, follow_redirects=False)
    assert sent.headers["location"] == f"/t/{MINE}?said=trouble"
    assert phone.get(f"/api/slips/{MINE}").json()["rated"] is None


def test_ratings_by_the_call_carry_tags_and_refuse_strange_ones(hallway: Any, phone: Any) -> None:
    take(hallway)
    early = phone.post(f"/api/slips/{MINE}/rating", json={"level": 5})
    assert early.json()["error"] == "not_finished"
    serve(hallway)
    strange = phone.post(f"/api/slips/{MINE}/rating", json={"level": 5, "tags": ["free-beer"]})
    assert (strange.status_code, strange.json()["field"]) == (422, "tags")
    long = phone.post(f"/api/slips/{MINE}/rating", json={"level": 5, "comment": "x" * 201})
    assert (long.status_code, long.json()["field"]) == (422, "comment")
    rated = phone.post(f"/api/slips/{MINE}/rating", json={"level": 2, "tags": [next(iter(TAGS[2]))], "comment": "slow"})
    assert rated.json()["level"] == 2


def test_an_empty_comment_of_a_rating_is_none(hallway: Any, phone: Any) -> None:
    take(hallway)
    serve(hallway)
    assert phone.post(f"/api/slips/{MINE}/rating", json={"level": 4, "comment": "  "}).status_code == 200
    command = hallway.line.submitted[-1][0]
    assert (command.level, command.comment.strip()) == (4, "")


# --- what a stranger learns --------------------------------------------------------


@pytest.mark.parametrize("path", ["/t/NOSUCHTOKEN99", "/t/branch/NOSUCHTOKEN99", f"/t/other/{MINE}", "/t/A001", "/t/x"])
def test_an_unknown_token_is_answered_alike_and_tells_nothing(hallway: Any, phone: Any, path: str) -> None:
    take(hallway)
    page = phone.get(path + "?lang=en")
    assert page.status_code == 404 and "A001" not in page.text
    assert "No number of this hall belongs to this address." in page.text
    assert page.text == phone.get("/t/ANOTHERTOKEN2?lang=en").text
    assert phone.post(path + "/rating", data={"level": "5"}).status_code == 404


@pytest.mark.fault("F50")
def test_guessing_tokens_is_limited(hallway: Any, phone: Any) -> None:
    take(hallway)
    codes = [phone.get(f"/t/GUESSING{n:06d}").status_code for n in range(61)]
    assert codes == [404] * 60 + [429]
    assert phone.get("/api/slips/GUESSING000061").json()["error"] == "too_many_tries"
    assert phone.post("/api/slips/GUESSING000061/rating", json={"level": 5}).status_code == 429
    assert phone.get(f"/t/{MINE}").status_code == 200, "a slip behind the same address is answered all the same"
    assert phone.get(f"/api/slips/{MINE}").json()["number"] == "A001"
    assert hallway.client(("192.168.7.51", 1)).get(f"/t/{MINE}").status_code == 200


def test_the_address_stays_with_the_page_and_its_forms_say_where_they_come_from(hallway: Any, phone: Any) -> None:
    take(hallway)
    answer = phone.get(f"/t/{MINE}")
    assert answer.headers["referrer-policy"] == "same-origin" and "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "no-store"
    foreign = phone.post(f"/t/{MINE}/move-back", headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert phone.get("/kiosk").headers["referrer-policy"] == "no-referrer"


def test_only_its_own_sentences_come_out_of_an_address(hallway: Any, phone: Any) -> None:
    take(hallway)
    assert "<b>free</b>" not in phone.get(f"/t/{MINE}?said=<b>free</b>").text
    assert 'role="status"' not in phone.get(f"/t/{MINE}?said=evil").text.split("<main", 1)[1]


def test_without_scripts_the_page_asks_again_by_itself(hallway: Any, phone: Any) -> None:
    take(hallway)
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', phone.get(f"/t/{MINE}").text)


# --- why ---------------------------------------------------------------------------


def test_staff_read_back_why_a_number_was_called(hallway: Any, client: Any) -> None:
    take(hallway), take(hallway, "SOMEBODYELSE2")
    before = client.get("/api/tickets/A001/why").json()
    assert (before["status"], before["why"], before["words"]) == ("waiting", None, [])
    hallway.line.submit(CallNext("1")).result()
    told = client.get("/api/tickets/A001/why?lang=en").json()
    assert told["words"] == ["Called because it came first.", "2 waited in Savings + Loans."]
    assert client.get("/api/tickets/A001/why?lang=zh").json()["words"][0] == script_words("zh")[told["words"][0]]
    assert client.get("/api/tickets/Z999/why").status_code == 404
    assert hallway.paired("kiosk").get("/api/tickets/A001/why").status_code == 403


@pytest.mark.clause("S0-43")
def test_why_a_late_customer_was_inserted_is_read_back(hallway: Any, client: Any, book: Any) -> None:
    hallway.line.submit(LogOut("2")).result()
    book("BK1", starts_at=hallway.line.now - 5 * MINUTE)
    for n in range(4):
        take(hallway, f"ABCDEFGHIJK{n:02d}")
    told = client.post("/api/checkin", json={"code": "BK1"}).json()
    assert (told["number"], told["outcome"], told["ahead"]) == ("A005", "late", 2)
    placed = client.get("/api/tickets/A005/why?lang=en").json()["placed"]
    assert placed == ["Booked for 15:55, 5 min late: inserted by the hall's rule."]
    called = []
    for _ in range(5):
        serve(hallway)
        called.append(hallway.line.view.recent[0].number)
    assert called == ["A001", "A002", "A005", "A003", "A004"]
