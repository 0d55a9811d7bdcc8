"""A whole package's contents whose samples are real pictures: generated ridges, face, eyes and signature.

What `bench.package` is for the seal, this is for whoever looks inside: the same record, every sample coded
as the station codes it. Small, so that tests can make one in a moment.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.bench import package
from station.bench.people import irises, signatures
from station.biometrics import coding, signature
from station.biometrics.samples import IRISES, SLAPS, ImageFormat, Position
from station.hardware.devices import PenPoint
from station.packages.record import Contents, Sample

PPI: Final = 500
_FINGER: Final = (160, 120)
_SLAP: Final = (200, 320)
_PORTRAIT: Final = (160, 120)
_PAD_MM: Final = (100.0, 60.0)


def contents(package_id: str = package.PACKAGE, bench: bool = True) -> Contents:
    """The contents of `package.contents`, with pictures for its noise."""
    noise = package.contents(package_id=package_id, bench=bench)
    coded = {sample.path: _coded(sample) for sample in noise.record.samples}
    named = tuple((path, coded.get(path, data)) for path, data in noise.files)
    samples = tuple(_described(sample) for sample in noise.record.samples)
    return msgspec.structs.replace(noise, files=named, record=msgspec.structs.replace(noise.record, samples=samples))


def _described(sample: Sample) -> Sample:
    printed = sample.format is ImageFormat.WSQ
    measures = {"nfiq2": 71.0} if printed and sample.position not in SLAPS else {}
    return msgspec.structs.replace(sample, ppi=PPI if printed else 0, measures=measures)


def _coded(sample: Sample) -> bytes:
    seed = int.from_bytes(hashlib.sha256(sample.path.encode()).digest()[:4], "big")
    if sample.format is ImageFormat.WSQ:
        return coding.finger_to_wsq(_ridges(seed, _SLAP if sample.position in SLAPS else _FINGER))
    if sample.position in IRISES:
        return coding.iris_to_jpeg2000(irises.eye(seed % 1000).image)
    if sample.position in (Position.FACE, Position.FACE_ORIGINAL):
        return coding.face_to_jpeg2000(np.stack([_ridges(seed + n, _PORTRAIT) for n in range(3)], axis=-1))
    ink = [PenPoint(point.x, point.y, point.pressure, point.t) for point in signatures.sign(seed % 1000)]
    if sample.format is ImageFormat.JSON:
        return signature.series(ink, _PAD_MM)
    return coding.to_png(signature.render(ink), signature.PPI)


def _ridges(seed: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Waves around a point that is drawn, nine pixels apart as ridges are at 500 ppi."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(shape)
    y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
    wave = np.sin(np.hypot(rows - y, columns - x) * (2 * np.pi / 9))
    picture: NDArray[np.uint8] = np.clip(128 + 90 * wave + rng.normal(0, 6, shape), 0, 255).astype(np.uint8)
    return picture
