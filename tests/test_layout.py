"""The house rules that a machine can check: imports run one way, modules say their role, nothing names this machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 450
"""Lines a file may have before it has surely more than one job."""

DECLARATIONS = {"station/journal/events.py"}
"""Files that are one list of declarations, read by looking something up; they may be longer."""

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "station").rglob("*.py"))
SOURCES = [*MODULES, *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))]

FOREIGN = re.compile(
    r"(?<![\w.$~}-])/(?:home|root|work|Users)/\w"  # a folder of the machine that somebody worked on
    r"|pypi[.]org|pythonhosted[.]org|deb[.]debian[.]org|registry[.]npmjs"  # a package registry's host
    r"|--(?:extra-)?index-url|--find-links|--trusted-host"  # where packages come from is the machine's setting
)


def tracked() -> list[Path]:
    """The files in git; what lies about in a work tree is nobody's business."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git work tree: no list of the files that belong to the project")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_imports_run_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_its_role(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{name} has no module docstring"


def test_no_file_grows_past_one_job() -> None:
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in SOURCES if name not in DECLARATIONS}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_the_readme_explains_every_make_target() -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert len(targets) > 5
    assert [target for target in targets if f"`make {target}`" not in readme] == []


def test_the_readme_shows_and_links_what_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert len([link for link in links if link.endswith(".png")]) >= 2
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FOREIGN.finditer(text)]
    assert found == []


def locked(name: str) -> dict[str, frozenset[str]]:
    """Each package in a lock, by name and version, with its hashes. Its markers are left out: who else needs a package
    decides for which Pythons it is locked."""
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return {
        re.split(r" [;\\]", entry)[0]: frozenset(re.findall(r"--hash=(\S+)", entry))
        for entry in entries
        if entry.strip()
    }


@pytest.mark.parametrize("name", ["base.txt", "build.txt"])
def test_the_station_runs_on_what_was_tested(name: str) -> None:
    tested = locked("dev.txt")
    assert {key for key, hashes in locked(name).items() if tested.get(key) != hashes} == set()


@pytest.mark.parametrize("name", ["base.txt", "build.txt", "dev.txt"])
def test_everything_installed_is_known_by_its_hash(name: str) -> None:
    entries = locked(name)
    assert len(entries) > 3
    assert [key for key, hashes in entries.items() if not any(each.startswith("sha256:") for each in hashes)] == []
    assert "win32" not in (ROOT / "requirements" / name).read_text()
