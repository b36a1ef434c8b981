"""Programs that start at once, to be killed by the hundred: the modules are loaded here, and every life is a fork
that runs `hallkeeper ARGUMENTS` as a shell would.

    python -m tests.faults.whole.cradle MODULE…

A line of JSON on standard input holds one life's arguments; its pid is printed, then, once it has ended, how:
its exit code, or the signal that killed it as a negative number.
"""

import importlib
import json
import os
import sys
import traceback


def live(arguments: list[str]) -> int:
    from hallkeeper.cli import app

    try:
        app(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 70
    return 0


def main(modules: list[str]) -> None:
    for module in ("hallkeeper.cli", *modules):
        importlib.import_module(module)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what it says is for its log
            code = live(json.loads(line))
            sys.stderr.flush()
            os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
