"""`station export` and `station records show`, through the console script's own `main`, over real files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from station.bench import package, pictured
from station.biometrics.records import finger
from station.biometrics.records.layout import Told
from station.clock import SetClock
from station.office import keys
from station.packages.keys import signer_of, station_key
from station.packages.sealing import Sealed, seal

if TYPE_CHECKING:
    from tests.cli.conftest import Run


class Place(msgspec.Struct, frozen=True):
    """A sealed package with pictures in it, and the office's folder."""

    office: Path
    sealed: Sealed

    @property
    def options(self) -> tuple[str | Path, ...]:
        return ("--identity", self.office / "identity.txt", "--allowed-signers", self.office / "allowed_signers")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    office = keys.create(folder / "office", "disdukcapil", SetClock(package.AT))
    key = station_key(folder / "keys", package.STATION)
    keys.add_station(office, signer_of(package.STATION, key))
    (folder / "packages").mkdir()
    return Place(office.folder, seal(pictured.contents(), office.recipients, key, folder / "packages"))


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(tmp_path / "data")


@pytest.mark.parametrize("wanted", ["iso19794", "cbeff", "an2"])
def test_export_and_show(place: Place, run: Run, tmp_path: Path, wanted: str) -> None:
    options = ("--format", wanted, place.sealed.path, *place.options, "--out", tmp_path / "out")
    done = run("export", *options)
    assert done.returncode == 0, done.stderr
    assert "not a real enrolment" in done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    if wanted == "iso19794":
        manifest = paths.pop()
        assert manifest.name == "manifest.json"
        assert b"bandaged" in manifest.read_bytes()
    assert len(paths) == (16 if wanted == "iso19794" else 1)
    for path in paths:
        shown = run("records", "show", path)
        assert (shown.returncode, shown.stderr) == (0, "")
        told = msgspec.json.decode(run("records", "show", path, "--json").stdout, type=Told)
        assert shown.stdout.startswith(told.title)
    assert "already" in run("export", *options).stderr
    paths[0].write_bytes(b"something else")
    again = run("export", *options)
    assert (again.returncode, "already there" in again.stderr, paths[0].read_bytes()) == (1, True, b"something else")


def test_show_tells_names_units_and_the_digest(place: Place, run: Run, tmp_path: Path) -> None:
    done = run("export", "--format", "iso19794", place.sealed.path, *place.options, "--out", tmp_path)
    (path,) = [Path(line) for line in done.stdout.splitlines() if line.endswith("right-index.fir")]
    shown = run("records", "show", path).stdout
    image = finger.read(path.read_bytes()).representations[0].image
    for text in (
        "Finger image record, ISO/IEC 19794-4:2011",
        "Finger/palm position: 2 (right index finger)",
        "Image spatial sampling rate (horizontal): 500 pixels per scale unit",
        "Image compression algorithm: 2 (compressed, WSQ)",
        "Quality score: 71 of 100",
        "Format of the image data: WSQ",
        "Width by the image data: 120 pixels",
        hashlib.sha256(image).hexdigest(),
    ):
        assert text in shown


def test_a_package_that_is_not_signed_by_a_trusted_station_is_refused(place: Place, run: Run, tmp_path: Path) -> None:
    whole, signature = place.sealed.path.read_bytes(), place.sealed.signature.read_bytes()
    copy = tmp_path / place.sealed.path.name
    copy.write_bytes(whole)
    options = ("--format", "an2", copy, *place.options, "--out", tmp_path / "out")
    assert run("export", *options).returncode == 1, "no signature"
    copy.with_name(f"{copy.name}.sig").write_bytes(signature)
    changed = bytearray(whole)
    changed[len(changed) // 2] ^= 1
    copy.write_bytes(changed)
    assert run("export", *options).returncode == 1, "another package than was signed"
    copy.write_bytes(whole)
    strangers = tmp_path / "strangers"
    strangers.write_text("")
    assert run("export", *options[:-1], tmp_path / "out", "--allowed-signers", strangers).returncode == 1
    unsaid = [option for option in options if option not in ("--allowed-signers", place.office / "allowed_signers")]
    asked = run("export", *unsaid)
    assert (asked.returncode, "--allowed-signers" in asked.stderr) == (1, True)
    assert not (tmp_path / "out").exists()
    assert run("export", *options).returncode == 0


def test_help_says_that_it_is_plain_text(run: Run) -> None:
    told = run("export", "--help").stdout
    assert "NOT encrypted" in told
    assert "0600" in told


def test_what_cannot_be_read_is_said_with_its_byte(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.fir"
    for data, said in (
        (b"", "byte 0"),
        (b"FIR\x00020\x00\0\0\0\x10\0\1\0\1", "x.fir: byte 12: Number of representations is 1"),
        (b"\x89PNG\r\n\x1a\n", "none of"),
    ):
        path.write_bytes(data)
        done = run("records", "show", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    missing = run("records", "show", tmp_path / "absent")
    assert (missing.returncode, "cannot be read" in missing.stderr) == (1, True)
