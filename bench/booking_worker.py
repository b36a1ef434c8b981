"""Bookings in a process of their own: `python -m bench.booking_worker URL THREADS FIRST COUNT`.

Its first line of input is what it needs, as JSON: `slots` to book through the desk, or `tape` (a file of
booking_tape.py) for the bare SQL. Says "ready", waits for a second line, books from FIRST on, and says one JSON.
"""

import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import msgspec

from bench import booking_place, booking_tape
from central.db.engine import engine

Book = Callable[[int], object]
"""Makes the n-th booking."""
WARM = 10
"""Bookings of each thread before the clock starts: statements are compiled and prepared once in a process's life."""


class Told(msgspec.Struct, frozen=True):
    """When it began and ended (monotonic, s), and how long each booking took."""

    began: float
    ended: float
    ms: list[float]


class Needs(msgspec.Struct, frozen=True):
    slots: list[str] = []
    tape: str = ""


def main(url: str, threads: int, first: int, size: int) -> Told:
    needs = msgspec.json.decode(sys.stdin.readline(), type=Needs)
    for_thread = _bare(url, Path(needs.tape)) if needs.tape else _desk(url, needs.slots)
    turns, took = count(first), list[float]()
    barrier = threading.Barrier(threads + 1)
    running = [threading.Thread(target=_work, args=(for_thread(), barrier, turns, first + size, took), daemon=True)
               for _ in range(threads)]  # fmt: skip
    for thread in running:
        thread.start()
    barrier.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    barrier.wait()
    began = time.monotonic()
    for thread in running:
        thread.join()
    return Told(began, time.monotonic(), took)


def _work(book: Book, barrier: threading.Barrier, turns: "count[int]", end: int, took: list[float]) -> None:
    for _ in range(WARM):
        book(next(turns))
    barrier.wait()  # everybody is warm
    barrier.wait()  # the word was given
    while (n := next(turns)) < end:
        start = time.perf_counter()
        book(n)
        took.append((time.perf_counter() - start) * 1000)


def _desk(url: str, slots: list[str]) -> Callable[[], Book]:
    desk = booking_place.desk(url)
    desk.offer("hall")

    def book(n: int) -> None:
        desk.apply(booking_place.application(n, slots), "web", idempotency=("bench", f"key {n}"))

    return lambda: book


def _bare(url: str, tape: Path) -> Callable[[], Book]:
    takes, made = booking_tape.load(tape), engine(url)

    def for_thread() -> Book:
        pooled = made.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        return lambda n: booking_tape.say(connection, takes[n - 1])

    return for_thread


if __name__ == "__main__":
    url, threads, first, size = sys.argv[1:]
    told = main(url, int(threads), int(first), int(size))
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
