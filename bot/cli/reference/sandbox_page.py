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

_LOADS = """
## Loads

A day of posts by hundreds of people: what they write, who and when follows from `name` and `seed` alone. The
day's midnight is the moment of the call. It goes by in X's time: `speed` is how many times faster (24: in an
hour). Moving the clock forward posts on the way what falls into that time, each at its own moment: so a whole
day is played at once. Who thanks for an answer replies to it, if it is there. A load ends with the sandbox.

Nearly half of the posts (46 %) ask for nothing; of the others 7.5 % carry a hashtag, some misspelt; 0.5 % of
all show a phone number, a postcode or a mail address; 17.6 % are in a good mood, 5.8 % in a bad one.

```
curl -X POST http://127.0.0.1:8801/sandbox/load -d '{"name": "weekday", "seed": 1, "speed": 24}'
```

| load | what it plays |
|---|---|
"""


def sandbox_page(sandbox: Path) -> str:
    """docs/reference/sandbox.md, from the folder of the sandbox's source."""
    controls = ast.get_docstring(_tree(sandbox / "control" / "__init__.py")) or ""
    about = controls.split("\n", 2)[2]  # the first line is this page's heading
    faults = "".join(f"| `{kind}` | {what} |\n" for kind, what in _faults(sandbox / "faults.py"))
    profiles = "".join(
        f"| `{name}` | {what} |\n" for name, what in _named(sandbox / "profiles.py", "Profile")
    )
    loads = "".join(
        f"| `{name}` | {what} |\n"
        for name, what in _named(sandbox / "load" / "load_profiles.py", "LoadProfile")
    )
    return f"{_HEAD}{about}\n{_FAULTS}{faults}{_PROFILES}{profiles}{_LOADS}{loads}"


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _faults(file: Path) -> Iterator[tuple[str, str]]:
    """Each kind with the comment behind it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    kinds = next(node for node in _tree(file).body if isinstance(node, ast.ClassDef) and node.name == "Kind")
    for node in kinds.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield str(node.value.value), lines[node.lineno - 1].partition("  # ")[2]


def _rows(file: Path, kind: str) -> str:
    return "".join(f"| `{name}` | {what} |\n" for name, what in _named(file, kind))


def _named(file: Path, kind: str) -> Iterator[tuple[str, str]]:
    """The name of each thing of this kind, and what it says about itself."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == kind:
            name, about = node.args[:2]
            if isinstance(name, ast.Constant) and isinstance(about, ast.Constant):
                yield str(name.value), str(about.value)
