"""The frame of the command line: commands that load when called, the data folder, errors a person can act on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from station import cli
from station.cli.lazy import LazyCommand, lazy_group
from station.cli.options import GivenDataDir
from station.disk import DiskFull
from station.errors import StationError

ROSTER = """
import typer
from station.cli.options import DataDir, JsonOut

app = typer.Typer(help="Lists.")

@app.command()
def due(data: DataDir, as_json: JsonOut = False) -> None:
    "Who is due."
    typer.echo(f"{data} {as_json}")

@app.command()
def load() -> None:
    "Read one."
"""

STATUS = """
import typer
from station.cli.options import DataDir

app = typer.Typer()

@app.command()
def status(data: DataDir) -> None:
    "How it is."
    typer.echo(f"{data}")
"""


@pytest.fixture
def frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """A command line with a group, a single command and one whose module is missing."""
    (tmp_path / "frame_roster.py").write_text(ROSTER)
    (tmp_path / "frame_status.py").write_text(STATUS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("STATION_DATA", raising=False)
    table = {
        "roster": LazyCommand("frame_roster", "Lists."),
        "status": LazyCommand("frame_status", "How it is."),
        "absent": LazyCommand("frame_absent", "Not there."),
    }
    app = typer.Typer(cls=lazy_group(table), no_args_is_help=True)

    @app.callback()
    def station(data: GivenDataDir = None) -> None:
        """Frame."""

    return app


@pytest.mark.parametrize(
    ("arguments", "environment", "folder"),
    [
        (["--data", "before", "roster", "due"], {}, "before"),
        (["roster", "due", "--data", "after"], {}, "after"),
        (["--data", "before", "roster", "due", "--data", "after"], {}, "after"),
        (["roster", "due"], {"STATION_DATA": "set"}, "set"),
        (["--data", "before", "roster", "due"], {"STATION_DATA": "set"}, "before"),
        (["roster", "due", "--data", "after"], {"STATION_DATA": "set"}, "after"),
    ],
)
def test_the_data_folder_is_the_one_named_closest(
    frame: typer.Typer, arguments: list[str], environment: dict[str, str], folder: str
) -> None:
    assert CliRunner().invoke(frame, arguments, env=environment).output == f"{folder} False\n"


def test_one_command_in_a_module_stands_without_a_group(frame: typer.Typer) -> None:
    assert CliRunner().invoke(frame, ["status", "--data", "here"]).output == "here\n"


def test_the_data_folder_has_a_default_of_the_user(
    frame: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.cli.options.MACHINE_DATA", tmp_path / "absent")
    result = CliRunner().invoke(frame, ["status"], env={"XDG_DATA_HOME": "/somewhere"})
    assert result.output == "/somewhere/station\n"


def test_the_machines_data_folder_is_taken_where_it_can_be_written(
    frame: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.cli.options.MACHINE_DATA", tmp_path)
    assert CliRunner().invoke(frame, ["status"]).output == f"{tmp_path}\n"


def test_a_command_that_cannot_load_leaves_the_others_alone(frame: typer.Typer) -> None:
    assert isinstance(CliRunner().invoke(frame, ["absent"]).exception, ModuleNotFoundError)
    assert "Not there." in CliRunner().invoke(frame, ["--help"]).output
    assert CliRunner().invoke(frame, ["roster", "load"]).exit_code == 0


def test_an_unknown_command_is_refused_with_the_nearest_name(frame: typer.Typer) -> None:
    result = CliRunner().invoke(frame, ["rooster"])
    assert result.exit_code == 2
    assert "roster" in result.output


@pytest.mark.parametrize(
    ("error", "lines", "code"),
    [
        (StationError("The list is empty.", "Export it again."), ["Error: The list is empty.", "Export it again."], 1),
        (DiskFull(Path("/data/journal.db")), ["Error: No space left to write journal.db.", "Free some space"], 1),
    ],
)
def test_an_error_that_a_person_can_act_on_is_a_clear_line(
    error: Exception, lines: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = typer.Typer()

    @failing.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)
    monkeypatch.setattr(sys, "argv", ["station"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    printed = capsys.readouterr().err
    assert all(line in printed for line in lines)
    assert "Traceback" not in printed


def test_help_lists_every_command_with_an_example_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "station", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert "Example: station roster import" in done.stdout
    for name in cli.COMMANDS:
        assert f" {name} " in done.stdout
    # What makes it quick: none of the heavy libraries is loaded for a list of names.
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert loaded.isdisjoint({"kivy", "cv2", "numpy", "sqlite3", "msgspec", "httpx"})


UNLIMITED = """
import resource, sys
from station import cli
most = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
sys.argv = ["station", "--version"]
try:
    cli.main()
finally:
    print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_no_command_leaves_its_memory_in_a_core_file() -> None:
    done = subprocess.run([sys.executable, "-c", UNLIMITED], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "(0, 0)"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_in_the_list_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli.app, [name, "--help"])
    assert result.exit_code == 0, result.exception
    assert "Usage:" in result.output
