"""A sender in a process of its own, to be killed: `python -m tests.notices_child DATABASE GATEWAY NOW [taken]`.

With `taken` it dies by itself as soon as it has taken a notice and before anything is sent.
"""

import os
import signal
import sys

from central.config_notices import Sms
from central.db.engine import engine
from central.notices.sender import Sender
from central.notices.sms import SmsGateway
from central.notices.ways import Message, Outcome
from central.vault import Vault
from tests.notices_world import SECRET


class Dying(SmsGateway):
    def send(self, message: Message) -> Outcome:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def main() -> None:
    database, gateway, now, *how = sys.argv[1:]
    way = (Dying if how else SmsGateway)(Sms(url=gateway, timeout_s=30))
    Sender(engine(database), Vault(SECRET), {"sms": way}).run("sms", int(now))


if __name__ == "__main__":
    main()
