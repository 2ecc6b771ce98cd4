"""Reads a command's code without running it: which words it says, and whether it marks as public what is not.

It finds slips; an author who means harm is stopped by review, not here.
"""

import ast
from pathlib import Path

from commands.loading.problems import Mistake, ProblemCode
from commands.plan import PublicWords
from commands.privacy import Public


def sections_said(tree: ast.Module) -> dict[str, int]:
    """The sections that the code says by name, each with the line that names it first."""
    used: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_wording(node.func) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                used.setdefault(first.value, first.lineno)
    return used


def texts_in(tree: ast.Module) -> set[str]:
    """Every text that stands in the code."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def check_made_public(file: Path, tree: ast.Module) -> None:
    """What a command marks as public itself must be nobody's: a slip there would be read by everybody.

    Raises:
        Mistake: it makes public words, or marks as public what the person wrote or an account may hold.
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    reads_an_account = any(_called(call) == "account" for call in calls)
    for call in calls:
        made = _called(call)
        if made == PublicWords.__name__:
            what, advice = "It makes public words itself.", "Say them with context.words.public."
        elif made == Public.__name__ and reads_an_account:
            what = "It reads an account and marks a value Public itself."
            advice = "Say it in private words, or give public words what is Public already."
        elif made == Public.__name__ and _mentions_what_was_said(call):
            what = "It marks what the person wrote as Public."
            advice = "Look the word up, and name what was found."
        else:
            continue
        raise Mistake(ProblemCode.MAKES_PUBLIC, file, call.lineno, what, advice)


def _called(call: ast.Call) -> str:
    """The last name of what is called: `Public` of `Public(…)` and of `privacy.Public(…)`."""
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))


def _mentions_what_was_said(call: ast.Call) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("arguments", "called") for node in ast.walk(call)
    )


def _is_wording(called: ast.expr) -> bool:
    """Whether it is `….words.public` or `….words.private`, or the same on a name that ends in `words`."""
    if not (isinstance(called, ast.Attribute) and called.attr in ("public", "private")):
        return False
    owner = called.value
    return (isinstance(owner, ast.Attribute) and owner.attr == "words") or (
        isinstance(owner, ast.Name) and owner.id.endswith("words")
    )
