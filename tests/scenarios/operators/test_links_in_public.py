"""A link in a public answer costs twenty times as much: only where the command and the operator want it."""

from pathlib import Path
from typing import Any

import pytest

WORDS = "# Words\n\n## en summary\nwhere our shops are\n\n## en answer\nAll our shops: https://brighttel.com/shops\n"
CODE = '''"""#shops: where our shops are."""

from commands.api import Context, Plan, Request, Risk, command


@command("shops", risk=Risk.READ, public_link={may_link})
def shops(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("answer"))
'''


@pytest.fixture
def shops_in(tmp_path: Path) -> Any:
    """A brand's command whose answer holds a link."""

    def write(*, may_link: bool) -> Path:
        (tmp_path / "shops.py").write_text(CODE.format(may_link=may_link), encoding="utf-8")
        (tmp_path / "shops.md").write_text(WORDS, encoding="utf-8")
        return tmp_path

    return write


def test_where_both_want_it_the_link_is_posted_and_paid(
    stage_of: Any, shops_in: Any, x: Any, ana: Any
) -> None:
    stage = stage_of(commands_folder=shops_in(may_link=True), public_links=True)
    post = ana.posts("@BrightTel #shops")

    stage.settles()

    assert "https://brighttel.com/shops" in x.reply_to(post)
    assert x.bill()["post.create.url"] == (1, 200_000)
    stage.money_agrees()


@pytest.mark.parametrize(("may_link", "allowed"), [(True, False), (False, True), (False, False)])
def test_where_one_of_them_does_not_no_link_stands_in_public(
    stage_of: Any, shops_in: Any, x: Any, ana: Any, may_link: bool, allowed: bool
) -> None:
    stage = stage_of(commands_folder=shops_in(may_link=may_link), public_links=allowed)
    ana.posts("@BrightTel #shops")

    stage.settles()

    assert not any("brighttel.com" in text for text in x.ours())
    assert "post.create.url" not in x.bill()
