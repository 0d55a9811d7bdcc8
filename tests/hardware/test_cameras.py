"""Cameras on motion JPEG, documents, and codes in pictures."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import segno

from station.bench.devices.camera import BenchCamera
from station.bench.devices.subject import Colour
from station.hardware.cameras.live import LiveCamera, decode_jpeg, open_live, sharpness
from station.hardware.cameras.stream import StreamSource
from station.hardware.cameras.v4l2 import V4l2Source
from station.hardware.codes.image import CameraCodeReader, decode
from station.hardware.devices import CaptureTimeout, DeviceError, DeviceGone, DeviceInfo, Image, Kind
from station.hardware.documents.camera import DocumentCamera
from station.hardware.mjpeg import BadStream, part, parts

INFO = DeviceInfo(Kind.CAMERA, "mjpeg", bench=True)


class Scene:
    """A settable view."""

    def __init__(self) -> None:
        self.picture: Colour = np.full((120, 160, 3), 200, np.uint8)
        self.turns: list[Colour] = []
        self.drawn = 0

    def __call__(self) -> Colour:
        self.drawn += 1
        return self.turns.pop(0) if self.turns else self.picture


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def bench_camera(tmp_path: Path, scene: Scene) -> Iterator[BenchCamera]:
    camera = BenchCamera(tmp_path / "camera", scene, fps=50)
    camera.plug()
    yield camera
    camera.unplug()


@pytest.fixture
def camera(bench_camera: BenchCamera) -> Iterator[LiveCamera]:
    camera = open_live(lambda: StreamSource(bench_camera.path), INFO)
    yield camera
    camera.close()


def test_frames_are_new_each_time(camera: LiveCamera, scene: Scene) -> None:
    first = camera.frame(2)
    assert (first.width, first.height, first.channels) == (160, 120, 3)
    assert abs(first.pixels[0] - 200) < 5
    scene.picture = np.zeros((120, 160, 3), np.uint8)
    dark = next(frame for frame in (camera.frame(2) for _ in range(50)) if frame.pixels[0] < 10)
    assert dark.width == 160


def test_the_still_is_the_sharpest(camera: LiveCamera, scene: Scene) -> None:
    stripes: Colour = np.zeros((120, 160, 3), np.uint8)
    stripes[:, ::4] = 255
    camera.frame(2)
    scene.turns = [scene.picture, scene.picture, stripes] * 20
    assert sharpness(camera.still(5)) > 1000


def test_nothing_from_the_camera_is_a_timeout(bench_camera: BenchCamera, camera: LiveCamera) -> None:
    camera.frame(2)
    bench_camera.faults.set("silent")
    with pytest.raises(CaptureTimeout):
        for _ in range(5):
            camera.frame(0.2)
    bench_camera.faults.set("well")
    assert camera.still(2).width == 160


def test_damaged_frames_are_passed_over(bench_camera: BenchCamera, camera: LiveCamera) -> None:
    bench_camera.faults.set("garbled")
    with pytest.raises(CaptureTimeout):
        for _ in range(10):
            camera.frame(0.2)
    bench_camera.faults.set("well")
    assert camera.frame(2).height == 120


def test_unplugged_while_waiting_and_again_later(bench_camera: BenchCamera, camera: LiveCamera) -> None:
    bench_camera.faults.set("silent")
    threading.Timer(0.2, bench_camera.unplug).start()
    with pytest.raises(DeviceGone):
        for _ in range(10):
            camera.frame(5)
    with pytest.raises(DeviceGone):
        camera.still(1)


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        open_live(lambda: StreamSource(str(tmp_path / "none")), INFO)
    assert caught.value.code == "camera.not-opened"
    with pytest.raises(OSError):
        V4l2Source(str(tmp_path / "video0"))
    (tmp_path / "plain").write_bytes(b"x")
    with pytest.raises(OSError):
        V4l2Source(str(tmp_path / "plain"))


def test_a_camera_nobody_watches_draws_nothing(bench_camera: BenchCamera, scene: Scene) -> None:
    assert scene.drawn == 0
    camera = open_live(lambda: StreamSource(bench_camera.path), INFO)
    camera.frame(2)
    camera.close()
    assert scene.drawn > 0


def test_a_document_is_a_still(camera: LiveCamera) -> None:
    scanner = DocumentCamera(camera)
    assert scanner.info.kind is Kind.DOCUMENT
    assert scanner.scan(2).height == 120


def _code(text: str) -> Colour:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=5, border=4)
    return np.asarray(PIL.Image.open(out).convert("RGB"))


def test_a_code_is_read_when_it_comes_into_view(camera: LiveCamera, scene: Scene) -> None:
    reader = CameraCodeReader(camera)
    assert reader.info.kind is Kind.CODE
    assert reader.read(0.3) is None
    scene.picture = _code("INV-7QK2")
    assert reader.read(3) == "INV-7QK2"


def test_two_codes_at_once_are_none() -> None:
    both = np.concatenate([_code("ONE"), _code("TWO")], axis=1)
    assert decode(Image(both.shape[1], both.shape[0], 3, both.tobytes())) is None
    one = _code("ONE")
    grey = one[:, :, 0].copy()
    assert decode(Image(grey.shape[1], grey.shape[0], 1, grey.tobytes())) == "ONE"


def _reader(data: bytes, step: int) -> Iterator[bytes]:
    stream = io.BytesIO(data)
    return parts(lambda limit: stream.read(min(limit, step)))


@pytest.mark.parametrize("step", [1, 7, 100000])
def test_parts_in_any_cut_and_any_spelling(step: int) -> None:
    data = (
        b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n"
        b"--b\r\ncontent-length:3\r\n\r\n\r\nx\r\n"
        + part(b"second")
        + b"--b\nContent-Type:image/jpeg\nContent-Length: 5\n\nthird\n"
    )
    assert list(_reader(data, step)) == [b"\r\nx", b"second", b"third"]


@pytest.mark.parametrize(
    "data",
    [
        part(b"cut off here")[:-8],
        b"x" * 10000,
        b"--b\r\nContent-Length: -4\r\n\r\n",
        b"--b\r\nContent-Length: y\r\n\r\n",
    ],
)
def test_what_is_no_motion_jpeg_is_said(data: bytes) -> None:
    with pytest.raises(BadStream):
        list(_reader(data, 100000))


def test_sharpness_orders_pictures() -> None:
    rows: Colour = np.zeros((50, 50, 3), np.uint8)
    rows[::5] = 200
    sharp = Image(50, 50, 3, rows.tobytes())
    soft = Image(50, 50, 3, (rows // 2).tobytes())
    assert sharpness(sharp) > sharpness(soft) > 0
    with pytest.raises(ValueError, match="damaged"):
        decode_jpeg(b"\xff\xd8nothing")
