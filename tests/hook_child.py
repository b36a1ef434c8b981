"""A process of the centre that sends webhooks: `python -m tests.hook_child URL take|run WALL`. Ends when killed."""

import sys
import time

from central.config_hooks import Webhooks
from central.db.engine import engine as open_engine
from central.db.engine import writing
from central.hooks import claim
from central.hooks.post import Post
from central.hooks.sender import Sender
from central.vault import Vault
from tests.booking_world import SECRET


def main(url: str, what: str, wall: int) -> None:
    engine = open_engine(url)
    if what == "take":
        with writing(engine).begin() as connection:
            taken = claim.take(connection, claim.due(connection, wall)[0], wall)
        print("taken", taken is not None, flush=True)
        time.sleep(600)
    sender = Sender(engine, Vault(SECRET), Post(Webhooks(allow_loopback=True, timeout_s=60)), wall=lambda: wall)
    print("ready", flush=True)
    sys.stdin.readline()
    while sender.run():
        pass
    print("done", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
