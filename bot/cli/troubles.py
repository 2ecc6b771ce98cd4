"""What an operator can cause, said in four parts: what happened, who is affected, what the bot does, what you
can do; then a code that is a heading of docs/operate.md. Nothing here ever ends in a stack trace.
"""

from bot.cli.printing import clean, say
from bot.errors import ExitCode, OperatorError
from bot.settings_check import WrongSettings
from storage.account_editions import EditionGivenUp
from storage.database import StorageTrouble, TroubleKind
from storage.engine.owner_lock import HeldByAnother
from storage.schema import NewerSchema, OlderSchema
from storage.upkeep.brand import ServesAnother

SETTINGS_WRONG = "settings-wrong"

_STORAGE: dict[TroubleKind, tuple[str, str, str]] = {
    TroubleKind.LOCKED: (
        "database-locked",
        "Another process holds the database for longer than we wait",
        "Try again in a minute; if it stays so, look for a program that holds the file open: a backup, "
        "an editor, a second daemon.",
    ),
    TroubleKind.READ_ONLY: (
        "database-read-only",
        "The database takes no writes",
        "Give this user write permission on the file and its folder, or on PostgreSQL point DATABASE_URL at "
        "the primary server.",
    ),
    TroubleKind.FULL: (
        "database-full",
        "There is no room left for the database",
        "Free some space on its disk; the daemon goes on by itself.",
    ),
    TroubleKind.UNREACHABLE: (
        "database-unreachable",
        "The database cannot be reached",
        "Check DATABASE_URL, and that the file can be opened or the server runs.",
    ),
    TroubleKind.CORRUPT: (
        "database-corrupt",
        "The database is damaged, or is no database",
        "Stop the daemon, keep the file as it is, and restore the newest backup.",
    ),
}


def operator_error(trouble: BaseException) -> OperatorError | None:
    """The trouble in four parts; None for a fault of our own, which is no operator's business."""
    match trouble:
        case OperatorError():
            return trouble
        case StorageTrouble(kind=kind, detail=detail):
            code, what, next_step = _STORAGE[kind]
            return _nothing_done(code, f"{what} ({detail}).", next_step)
        case NewerSchema(found=found, needs_version=version):
            return _nothing_done(
                "schema-newer",
                f"The database is of schema {found}, which a newer TweetServe has made.",
                f"Install TweetServe {version} or newer, or restore the backup from before the upgrade.",
            )
        case OlderSchema():
            return _nothing_done(
                "schema-older",
                f"The tables are not ready: {trouble}.",
                "Type: tweetserve migrate",
            )
        case ServesAnother(found=found, wanted=wanted):
            return OperatorError(
                "serves-another",
                f"This database remembers {found}, and the settings name {wanted}.",
                "Nobody is affected: nothing was sent or read.",
                "The database stays as it is, because what it remembers has no meaning on another X.",
                "Set DATABASE_URL to another database, or go back to the keys, X_BASE_URL or SANDBOX_WORLD "
                "it was made with.",
            )
        case HeldByAnother():
            return OperatorError(
                "database-held",
                f"The database {trouble}.",
                "Nobody is affected: the daemon that runs goes on serving.",
                "Nothing was done.",
                "Stop it first, or set DATABASE_URL to another file.",
            )
        case EditionGivenUp():
            return OperatorError(
                "import-overtaken",
                "Another import of accounts has begun meanwhile.",
                "Nobody is affected: customers are answered from the accounts in use.",
                "This import was given up; the accounts in use are as they were.",
                "Wait for the other import, then type: tweetserve accounts show",
            )
    return None


def tell(trouble: Exception) -> int:
    """Says the trouble and returns the exit code. Raises the trouble itself when it is a fault of ours."""
    if isinstance(trouble, WrongSettings):
        for line in trouble.lines:
            say(clean(line))
        say(f"[{SETTINGS_WRONG}]")
        return ExitCode.NOT_CONFIGURED
    error = operator_error(trouble)
    if error is None:
        raise trouble
    for sentence in error.sentences.lines():
        say(clean(sentence))
    say(f"[{error.code}]")
    return error.exit_code


def not_found(what: str, next_step: str) -> OperatorError:
    """Nothing of this name or id is in the database."""
    return OperatorError("not-found", what, "Nobody is affected.", "Nothing was done.", next_step)


def _nothing_done(code: str, what: str, next_step: str) -> OperatorError:
    return OperatorError(
        code, what, "Whoever waits for an answer waits on, while the daemon has the same trouble.",
        "Nothing was done by this command.", next_step,
    )  # fmt: skip
