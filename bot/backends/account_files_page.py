"""The reference page of the account files, written from their formats."""

from collections.abc import Iterator

from bot.backends.account_formats import FORMATS, Column, FileFormat

_HEAD = """\
# Account files

What `tweetserve accounts import FOLDER` reads: each file as `.csv`, `.yaml` or `.yml`. How to use them stands
in [accounts.md](../accounts.md).
"""


def account_files_page() -> str:
    """docs/reference/account-files.md: every file with its columns."""
    return _HEAD + "".join("\n" + "\n".join(_file(form)) + "\n" for form in FORMATS)


def _file(form: FileFormat) -> Iterator[str]:
    most = f" At most {form.at_most_each} for one customer." if form.at_most_each else ""
    yield f"## {form.name}"
    yield ""
    yield form.about + most
    yield ""
    yield "| column | needed | what it holds | example |"
    yield "|---|---|---|---|"
    yield from (_column(column) for column in form.columns)


def _column(column: Column) -> str:
    holds = column.expects[:1].upper() + column.expects[1:] + "."
    about = f"{column.about} {holds}" if column.about else holds
    needed = "yes" if column.required else ""
    return f"| `{column.name}` | {needed} | {about.replace('|', chr(92) + '|')} | `{column.example}` |"
