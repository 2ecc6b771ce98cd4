"""The reference page of the sandbox's controls, read from the sandbox's own source text.

The sandbox is another program: nothing of it is imported.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_HEAD = """\
# The sandbox's controls

The sandbox plays X under `/2/…` and is controlled under `/sandbox/…`, on the same address, which
`make run` prints. Bodies are JSON. For example, a post by Ana:

```
curl -X POST http://127.0.0.1:8801/sandbox/posts -d '{"as": "ana", "text": "@BrightTel #help"}'
```

"""
_FAULTS = """
## Kinds of faults

A fault happens to the next call of its route, or to the next `times` calls. One that answers in X's place
(`status`, `html`, `no_reset`) leaves the call undone, unless `done` is set: then X has done it and only
says that it has not. For example, a post that X takes while the line is cut before its answer:

```
curl -X POST http://127.0.0.1:8801/sandbox/faults -d '{"route": "POST /2/tweets", "kind": "cut_after"}'
```

| kind | what goes wrong |
|---|---|
"""
_PROFILES = """
## Profiles

How much X allows, chosen by `SANDBOX_PROFILE` or `tweetserve sandbox --profile PROFILE`.

| profile | what it plays |
|---|---|
"""


def sandbox_page(sandbox: Path) -> str:
    """docs/reference/sandbox.md, from the folder of the sandbox's source."""
    controls = ast.get_docstring(_tree(sandbox / "control" / "__init__.py")) or ""
    about = controls.split("\n", 2)[2]  # the first line is this page's heading
    faults = "".join(f"| `{kind}` | {what} |\n" for kind, what in _faults(sandbox / "faults.py"))
    profiles = "".join(f"| `{name}` | {what} |\n" for name, what in _profiles(sandbox / "profiles.py"))
    return f"{_HEAD}{about}\n{_FAULTS}{faults}{_PROFILES}{profiles}"


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _faults(file: Path) -> Iterator[tuple[str, str]]:
    """Each kind with the comment behind it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    kinds = next(node for node in _tree(file).body if isinstance(node, ast.ClassDef) and node.name == "Kind")
    for node in kinds.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield str(node.value.value), lines[node.lineno - 1].partition("  # ")[2]


def _profiles(file: Path) -> Iterator[tuple[str, str]]:
    """Each profile's name and what it says about itself."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Profile":
            name, about = node.args[:2]
            if isinstance(name, ast.Constant) and isinstance(about, ast.Constant):
                yield str(name.value), str(about.value)
