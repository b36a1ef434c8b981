"""F09 and a full disk: the kernel itself refuses the journal's sync or write; nothing is promised any more.

strace makes the system call of a real node process fail, on the journal's log alone.
"""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from edge.journal import Journal
from tests.line import issued, line, number, ticket


def node_on_bad_disk(folder: Path, fault: str) -> list[str]:
    """What the node says while the `fault` is injected."""
    # made beforehand, so that the fault meets a hall at work
    with line(folder / "journal.db") as engine:
        engine.submit(ticket()).result(60)
    watch = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", str(folder / "journal.db-wal"), "-e", f"inject={fault}"]
    node = [sys.executable, "-m", "tests.node_child", str(folder), "--tickets", "400", "--threads", "2"]
    done = subprocess.run([*watch, *node], capture_output=True, text=True, timeout=250)
    assert "stopped" in done.stdout, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("fdatasync:error=EIO:when=20+", marks=pytest.mark.fault("F09"), id="every sync fails"),
        pytest.param("fdatasync:error=EIO:when=20", marks=pytest.mark.fault("F09"), id="one sync fails, the next not"),
        pytest.param("pwrite64:error=ENOSPC:when=80+", id="disk full"),
        pytest.param("pwrite64:error=EIO:when=81", id="one write fails, the next not"),
    ],
)
def test_the_line_stops_and_promises_nothing_more(tmp_path: Path, fault: str) -> None:
    said = node_on_bad_disk(tmp_path, fault)
    promised = [each.split()[1] for each in said if each.startswith("issued")]
    refused = [at for at, each in enumerate(said) if each.startswith("refused")]
    assert 0 < len(promised) < 400 and refused, said[-5:]
    assert not any(each.startswith("issued") for each in said[refused[-1] :])
    assert len(refused) <= 4, "both who pressed were told once, and no later success was made of it"
    assert all("storage" in said[at] and "restart" in said[at] for at in refused)
    (health,) = [each for each in said if each.startswith("health")]
    assert health.startswith("health failed") and "Nothing is issued" in health

    journal = Journal.open(tmp_path / "journal.db", boot="later")
    assert journal.repair is None
    held = issued(journal)
    journal.close()
    assert set(promised) <= set(held) and len(set(held)) == len(held)
    with line(tmp_path / "journal.db", boot="well again") as engine:
        assert number(engine.submit(ticket()).result(60)) not in held


@pytest.mark.fault("F09")
def test_what_was_shown_stays_what_is_durable(tmp_path: Path) -> None:
    """The state that ran ahead of the failed commit is thrown away; the view never showed it."""
    with line(tmp_path / "journal.db") as engine:
        engine.submit(ticket()).result(60)
        heard = []
        engine.subscribe(heard.append)
        con, journal = engine.journal._con, engine.journal

        class Refusing:
            def execute(self, sql: str, *values: object) -> object:
                if sql == "commit":
                    raise sqlite3.OperationalError("disk I/O error")
                return con.execute(sql, *values)

            def __getattr__(self, name: str) -> object:
                return getattr(con, name)

        journal._con = Refusing()
        future = engine.submit(ticket())
        with pytest.raises(Exception, match="disk I/O error"):
            future.result(60)
        journal._con = con
        assert engine.health.status == "failed"
        assert engine.ask(lambda state: len(state.tickets)).result(60) == 1
        assert engine.view.services[0].waiting == 1
        assert [batch.recorded for batch in heard] == [()], "subscribers hear that the line has failed"
        with pytest.raises(Exception, match="Nothing is issued"):
            engine.submit(ticket()).result(60)
