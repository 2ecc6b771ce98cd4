"""Which X the settings name, and the keys to it: for commands that ask X themselves."""

from bot.app import Access, keys_of
from bot.cli.sandbox_process import sandbox_access
from bot.settings import Settings


def x_access(chosen: Settings) -> Access:
    """The X that the settings name: the real one, or the sandbox at SANDBOX_URL or beside the daemon.

    Raises: OperatorError when there is no sandbox.
    """
    if chosen.with_keys:
        return keys_of(chosen)
    host = f"[{chosen.listen}]" if ":" in chosen.listen else chosen.listen
    found = sandbox_access(chosen.sandbox_url or f"http://{host}:{chosen.sandbox_port}")
    return Access(found.base_url, found.keys, found.world_id)
