"""The sandbox as a process: `python -m sandbox --port 0 --profile x --world PATH [--parent-pid N]`.

Prints one line on stdout once it listens: `sandbox listening on http://127.0.0.1:PORT`; on stderr it says
what its profile plays. Exits 0 when asked to stop, 1 when it could not start (the reason is on stderr).
"""

import argparse
import os
import sys
from pathlib import Path

from sandbox.listening import SandboxError
from sandbox.profiles import PROFILES
from sandbox.server import say_on_stdout, serve
from sandbox.world.worldfile import WorldFileError


def main(arguments: list[str] | None = None) -> int:
    """Runs the sandbox; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8801, help="port; 0 takes a free one (default %(default)s)"
    )
    parser.add_argument("--profile", choices=sorted(PROFILES), default="demo", help="default %(default)s")
    parser.add_argument("--world", type=Path, help="file that keeps the world; without it nothing is kept")
    parser.add_argument("--parent-pid", type=int, help="end when this process ends")
    parser.add_argument("--watch-parent", action="store_true", help="end when whoever started this ends")
    chosen = parser.parse_args(arguments)
    parent = chosen.parent_pid or (os.getppid() if chosen.watch_parent else None)

    def announce(address: str) -> None:
        sys.stderr.write(f"profile {chosen.profile}: {PROFILES[chosen.profile].about}\n")
        say_on_stdout(address)

    try:
        serve(chosen.host, chosen.port, chosen.profile, chosen.world, parent, announce)
    except (SandboxError, WorldFileError) as wrong:
        sys.stderr.write(f"sandbox: {wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
