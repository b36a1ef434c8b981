"""A broker in a Python process, for machines without mosquitto: amqtt, MQTT 3.1.1, same users and rights.

`python -m hallkeeper.embedded_broker PORT PASSWORD_FILE`, until terminated. The password file has one
`user:argon2-hash` a line; the user `_centre` is the centre, everybody else a node.
"""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

from amqtt.broker import Broker

from contract import topics


def configuration(port: int, passwords: Path) -> dict[str, Any]:
    """The rights of protocol.md, "Topics", in amqtt's words."""
    users = [line.partition(":")[0] for line in passwords.read_text().splitlines() if line]
    nodes = [user for user in users if user != topics.CENTRE_USER]
    write = {node: [f"{topics.ROOT}/{node}/up/#"] for node in nodes}
    read = {node: [f"{topics.ROOT}/{node}/down/#", topics.CENTRE] for node in nodes}
    write[topics.CENTRE_USER] = [f"{topics.ROOT}/+/down/#", topics.CENTRE]
    read[topics.CENTRE_USER] = [topics.ALL_UP]
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}", "max_connections": 50}},
        "plugins": {
            "amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(passwords)},
            "amqtt.plugins.topic_checking.TopicAccessControlListPlugin": {"publish_acl": write, "acl": read},
        },
    }


async def serve(port: int, passwords: Path) -> None:
    broker = Broker(configuration(port, passwords))
    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
