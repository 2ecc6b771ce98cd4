"""Where the public reference data are, for every test that compares us with them."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
SKIP_REASON = "reference data absent: set REFERENCE_DIR to the folder that holds them"


class ReferenceData:
    """The folder of public suites and descriptions; what is missing skips, or fails where it was promised."""

    def __init__(self) -> None:
        self._promised = "REFERENCE_DIR" in os.environ
        self.folder = Path(os.environ.get("REFERENCE_DIR") or CHECKOUT.parent / "shared" / "reference")
        if not self.folder.is_absolute():
            self.folder = CHECKOUT / self.folder

    def path(self, name: str) -> Path:
        """The file `name`; where it is absent the test is skipped, or fails if REFERENCE_DIR is set."""
        path = self.folder / name
        if not path.is_file():
            if self._promised:
                pytest.fail(f"REFERENCE_DIR is set, but {path} does not exist", pytrace=False)
            pytest.skip(SKIP_REASON)
        return path

    def yaml_tests(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """The groups of cases in a YAML suite; none where the file is absent."""
        path = self.folder / name
        if not path.is_file():
            return {}
        tests = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        groups: dict[str, list[dict[str, Any]]] = tests["tests"]
        return groups


@pytest.fixture(scope="session")
def reference_data() -> ReferenceData:
    return ReferenceData()


@pytest.fixture(scope="session")
def reference_dir(reference_data: ReferenceData) -> Path:
    """The folder of the reference data; a test that needs a file asks `reference_data.path(name)`."""
    return reference_data.folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the groups a test names: `@pytest.mark.suite("file.yml", "group", ...)`.

    Where the file is absent one test remains, with the case None, and skips or fails by `suite_case`.
    """
    marker = metafunc.definition.get_closest_marker("suite")
    if marker is None:
        return
    file, *groups = marker.args
    found = ReferenceData().yaml_tests(file)
    cases = [(group, case) for group in groups for case in found.get(group, [None])]
    names = [f"{group}-{number}" for number, (group, _) in enumerate(cases)]
    metafunc.parametrize("suite_case", [(file, *one) for one in cases], ids=names, indirect=True)


@pytest.fixture
def suite_case(request: pytest.FixtureRequest, reference_data: ReferenceData) -> dict[str, Any]:
    """One case of a suite, with the name of its group under `group`."""
    file, group, case = request.param
    path = reference_data.path(file)
    if case is None:
        pytest.fail(f"{path} has no group {group}", pytrace=False)
    return {"group": group, **case}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "suite(file, *groups): run once for each case of a public YAML suite")
