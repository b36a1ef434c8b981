from contract.messages import Welcome
from edge.sync.beat import Beat
from edge.sync.session import Session


def welcome(conn: int, generation: str = "g1") -> Welcome:
    return Welcome("b", conn, generation, "continue", "", [], "lease", 0)


def greeted() -> Session:
    session = Session("b")
    session.up(3, 100.0)
    session.said(100.0, 0.5)
    session.welcomed(welcome(3))
    return session


def test_hello_is_due_at_once_and_then_rarer_until_the_welcome() -> None:
    session, said, now = Session("b"), [], 100.0
    assert session.wakes() is None
    session.up(3, now)
    while now < 300:
        due = session.wakes()
        if due is not None and now >= due:
            session.said(now, 0.5)
            said.append(now - 100)
        now += 1
    assert said == [0, 3, 9, 21, 45, 93, 153]
    session.welcomed(welcome(3))
    assert (session.wakes(), session.generation) == (None, "g1")


def test_only_what_names_this_very_connection_is_ours() -> None:
    session = greeted()
    assert session.names("b", 3)
    assert not session.names("b", 2)
    assert not session.names("x", 3)
    session.down()
    assert not session.names("b", 3)
    assert (session.generation, session.wakes()) == (None, None)


def test_another_life_of_the_centre_makes_hello_due_but_not_at_once_after_the_last() -> None:
    session = greeted()
    assert not session.notice("g1", 101.0, 0.0)
    assert session.notice("g2", 101.0, 0.0)
    assert (session.generation, session.wakes()) == (None, 105.0)
    late = greeted()
    assert late.notice("g2", 500.0, 0.5)
    assert late.wakes() == 501.0, "spread, since all halls hear it at once"


def test_a_notice_while_waiting_shortens_the_wait_and_never_lengthens_it() -> None:
    session = Session("b")
    session.up(3, 0.0)
    session.said(0.0, 0.5)
    assert not session.notice("g1", 1.0, 0.0)
    assert session.wakes() == 3.0
    for now in (3.0, 9.0, 21.0):
        session.said(now, 0.5)
    assert session.wakes() == 45.0
    assert not session.notice("g1", 30.0, 0.0)
    assert session.wakes() == 30.0


def test_who_stands_aside_asks_again_once_a_minute() -> None:
    session = greeted()
    session.put_aside(100.0, 0.5)
    assert (session.generation, session.wakes()) == (None, 160.0)
    session.said(160.0, 0.5)
    session.put_aside(161.0, 0.0)
    assert session.wakes() == 206.0


def test_no_hello_is_said_while_an_epoch_begins() -> None:
    session = greeted()
    session.hold()
    assert (session.generation, session.wakes()) == (None, None)
    assert not session.notice("g2", 101.0, 0.0) and session.wakes() is None
    session.again(103.0, 0.0)
    assert session.wakes() == 105.0


def test_the_state_goes_out_at_most_once_a_second_and_at_least_every_thirty() -> None:
    beat, sent = Beat(), []
    for tenth in range(1000):
        now = tenth / 10
        if now < 5:
            beat.changed()
        if now >= beat.wakes():
            beat.sent(now)
            sent.append(now)
    assert sent == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 35.0, 65.0, 95.0]
    beat.restart()
    assert beat.wakes() < 0
