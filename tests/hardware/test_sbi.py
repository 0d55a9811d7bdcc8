"""The SBI scanners against the emulated device services, honest and not."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest

from station.bench.devices.pki import Authority, ScannerKeys
from station.bench.devices.sbi import BenchScanner
from station.bench.devices.subject import Colour, Grey, Stage, StrokePoint
from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, Position
from station.clock import SystemClock
from station.hardware.devices import CaptureTimeout, DeviceError, DeviceGone, Image, Kind
from station.hardware.sbi import wire
from station.hardware.sbi.client import SbiClient, discover_all
from station.hardware.sbi.scanner import SbiFingerprintScanner, SbiIrisScanner, open_scanner
from station.hardware.sbi.trust import Trust, Untrusted

CTK = Path(os.environ.get("STATION_REFERENCE", Path(__file__).parents[2] / "../shared/data")) / "sbi" / "ctk"


class Patterned:
    """Shows a different pattern for each position and attempt; `hidden` ones are not presented."""

    def __init__(self, hidden: Sequence[Position] = ()) -> None:
        self.hidden = set(hidden)

    def finger(self, position: Position, attempt: int) -> Grey | None:
        if position in self.hidden:
            return None
        rows, columns = np.mgrid[0:120, 0:100]
        period = 6 + len(position.value) + attempt
        ridges: Grey = np.where((rows + columns) % period < period // 2, 0, 255).astype(np.uint8)
        return ridges

    def iris(self, position: Position, attempt: int) -> Grey | None:
        if position in self.hidden:
            return None
        return np.full((480, 640), 90 + len(position.value) + attempt, np.uint8)

    def view(self, t: float) -> Colour | None:
        return None

    def signature(self, attempt: int) -> Sequence[StrokePoint]:
        return ()


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority("Bench Root")


@pytest.fixture(scope="module")
def trust(root: Authority) -> Trust:
    return Trust([root.certificate])


@pytest.fixture(scope="module")
def keys(root: Authority) -> ScannerKeys:
    return ScannerKeys(root, "scanner")


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.enter(Patterned())
    return stage


@pytest.fixture
def service(stage: Stage, keys: ScannerKeys) -> Iterator[BenchScanner]:
    scanner = BenchScanner(Kind.FINGERPRINT, stage, keys)
    scanner.plug()
    yield scanner
    scanner.unplug()


@pytest.fixture
def eyes(stage: Stage, keys: ScannerKeys) -> Iterator[BenchScanner]:
    scanner = BenchScanner(Kind.IRIS, stage, keys)
    scanner.plug()
    yield scanner
    scanner.unplug()


@pytest.fixture
def fingers(service: BenchScanner, trust: Trust) -> SbiFingerprintScanner:
    return SbiFingerprintScanner(open_scanner(Kind.FINGERPRINT, service.port, trust, SystemClock(), bench=True))


def test_a_slap_gives_its_fingers_pixel_by_pixel(fingers: SbiFingerprintScanner) -> None:
    capture = fingers.capture(Position.RIGHT_FOUR, (), 5)
    assert [position for position, _ in capture.fingers] == list(RIGHT_FOUR)
    for position, image in capture.fingers:
        expected = Patterned().finger(position, 0)
        assert expected is not None
        assert image == Image(100, 120, 1, expected.tobytes(), 500)
    assert fingers.info.serial == "BENCH-FINGER-0001"
    assert fingers.info.bench


def test_the_hash_chain_goes_on_over_captures(service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    fingers.capture(Position.LEFT_FOUR, (), 5)
    fingers.capture(Position.THUMBS, (), 5)
    first, second = service.requests
    assert first["bio"][0]["previousHash"] == ""
    assert second["bio"][0]["previousHash"] == service.replies[0]["biometrics"][-1]["hash"]
    assert first["transactionId"] != second["transactionId"]


def test_missing_fingers_are_told_and_not_asked_for(service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    capture = fingers.capture(Position.LEFT_FOUR, [Position.LEFT_RING, Position.RIGHT_RING], 5)
    assert [position for position, _ in capture.fingers] == [f for f in LEFT_FOUR if f is not Position.LEFT_RING]
    bio = service.requests[0]["bio"][0]
    assert (bio["count"], bio["exception"], bio["deviceSubId"]) == ("3", ["Left RingFinger"], "1")


def test_fewer_fingers_than_asked_for_are_handed_on(stage: Stage, fingers: SbiFingerprintScanner) -> None:
    stage.enter(Patterned(hidden=[Position.RIGHT_LITTLE]))
    capture = fingers.capture(Position.RIGHT_FOUR, (), 5)
    assert [position for position, _ in capture.fingers] == list(RIGHT_FOUR[:3])


@pytest.mark.parametrize("counts_exceptions", [False, True])
def test_one_finger_alone(counts_exceptions: bool, service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    service.counts_exceptions = counts_exceptions
    capture = fingers.capture(Position.RIGHT_INDEX, (), 5)
    assert [position for position, _ in capture.fingers] == [Position.RIGHT_INDEX]
    capture = fingers.capture(Position.LEFT_THUMB, (), 5)
    assert [position for position, _ in capture.fingers] == [Position.LEFT_THUMB]


def test_irises(eyes: BenchScanner, trust: Trust) -> None:
    scanner = SbiIrisScanner(open_scanner(Kind.IRIS, eyes.port, trust, SystemClock(), bench=True))
    both = scanner.capture((), 5)
    assert [position for position, _ in both] == [Position.RIGHT_IRIS, Position.LEFT_IRIS]
    assert (both[0][1].width, both[0][1].height) == (640, 480)
    one = scanner.capture([Position.RIGHT_IRIS], 5)
    assert [position for position, _ in one] == [Position.LEFT_IRIS]
    with pytest.raises(ValueError, match="no eye"):
        scanner.capture([Position.RIGHT_IRIS, Position.LEFT_IRIS], 5)


def test_an_iris_scanner_may_not_know_which_eye_it_took(eyes: BenchScanner, trust: Trust) -> None:
    scanner = SbiIrisScanner(open_scanner(Kind.IRIS, eyes.port, trust, SystemClock(), bench=True))
    named = [image for _, image in scanner.capture((), 5)]
    eyes.faults.set("no-side")
    taken = scanner.capture((), 5)
    assert [position for position, _ in taken] == [None, None]
    assert [(image.width, image.height) for _, image in taken] == [(image.width, image.height) for image in named]


@pytest.mark.parametrize("fault", ["forged", "bad-hash", "replayed", "wrong-time", "wrong-side"])
def test_what_does_not_hold_is_refused(fault: str, service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    service.faults.set(fault)
    with pytest.raises(DeviceError) as caught:
        fingers.capture(Position.RIGHT_FOUR, (), 5)
    assert caught.value.code == "fingerprint.untrusted"
    service.faults.set("well")
    assert len(fingers.capture(Position.THUMBS, (), 5).fingers) == 2


def test_a_changed_byte_breaks_the_signature(
    service: BenchScanner, trust: Trust, fingers: SbiFingerprintScanner
) -> None:
    fingers.capture(Position.THUMBS, (), 5)
    token = service.replies[0]["biometrics"][0]["data"]
    head, payload, signature = token.split(".")
    swapped = payload[:500] + ("A" if payload[500] != "A" else "B") + payload[501:]
    now = SystemClock().now()
    assert trust.open(token, wire.BioData, now).bio_sub_type == "Right Thumb"
    for broken in (f"{head}.{swapped}.{signature}", f"{head}.{payload}.{signature[:-8]}AAAAAAAA", "x.y.z", ""):
        with pytest.raises(Untrusted):
            trust.open(broken, wire.BioData, now)


def test_a_device_of_another_root_is_not_opened(service: BenchScanner) -> None:
    strangers = Trust([Authority("Somebody").certificate])
    with pytest.raises(DeviceError) as caught:
        open_scanner(Kind.FINGERPRINT, service.port, strangers, SystemClock(), bench=True)
    assert caught.value.code == "fingerprint.untrusted"


def test_a_leaf_cannot_vouch_for_others(root: Authority, trust: Trust) -> None:
    device = root.signer("device")
    inner = Authority("inner")
    forged = inner.signer("forged")
    forged.chain.append(device.chain[0])
    with pytest.raises(Untrusted):
        trust.open(forged.sign({"a": 1}), dict[str, int], SystemClock().now())
    assert trust.open(device.sign({"a": 1}), dict[str, int], SystemClock().now()) == {"a": 1}


@pytest.mark.parametrize(("fault", "code"), [("busy", "fingerprint.busy"), ("not-ready", "fingerprint.not-ready")])
def test_errors_of_the_service(fault: str, code: str, service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    service.faults.set(fault)
    with pytest.raises(DeviceError) as caught:
        fingers.capture(Position.THUMBS, (), 5)
    assert caught.value.code == code


def test_nobody_there_is_a_timeout(stage: Stage, fingers: SbiFingerprintScanner) -> None:
    stage.leave()
    with pytest.raises(CaptureTimeout):
        fingers.capture(Position.THUMBS, (), 0.2)


def test_a_slow_service_is_given_up(
    service: BenchScanner, fingers: SbiFingerprintScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.hardware.sbi.scanner.GRACE_SECONDS", 0.1)
    service.latency = 2.0
    with pytest.raises(DeviceError) as caught:
        fingers.capture(Position.THUMBS, (), 0.2)
    assert caught.value.code == "fingerprint.no-answer"


def test_unplugged_idle_and_plugged_again(service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    service.unplug()
    with pytest.raises(DeviceGone):
        fingers.capture(Position.THUMBS, (), 5)
    service.plug()
    assert len(fingers.capture(Position.THUMBS, (), 5).fingers) == 2


def test_unplugged_while_capturing(stage: Stage, service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    stage.leave()
    threading.Timer(0.2, service.unplug).start()
    with pytest.raises(DeviceGone):
        fingers.capture(Position.THUMBS, (), 10)


def test_the_live_view_shows_pictures_and_ends(fingers: SbiFingerprintScanner) -> None:
    view = fingers.live_view(Position.RIGHT_FOUR, 5)
    pictures = [next(view) for _ in range(2)]
    assert all(picture.startswith(b"\xff\xd8") and picture.endswith(b"\xff\xd9") for picture in pictures)
    view.close()  # type: ignore[attr-defined]


def test_discovery_finds_services_and_tells_those_that_do_not_answer(service: BenchScanner, eyes: BenchScanner) -> None:
    found = discover_all()
    devices = {port: [entry.device_id for entry in entries or ()] for port, entries in found.items()}
    assert devices[service.port] == ["bench-finger-1"]
    assert devices[eyes.port] == ["bench-iris-1"]


def _schema(name: str) -> dict[str, Any]:
    if not CTK.is_dir():
        pytest.skip(f"reference schemas are absent: {CTK}")
    schema: dict[str, Any] = json.loads((CTK / name).read_text())
    return schema


def _payload(token: str) -> Any:
    middle = token.split(".")[1] if token.count(".") == 2 else token
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def test_requests_pass_the_compliance_schemas(service: BenchScanner, fingers: SbiFingerprintScanner) -> None:
    schema = _schema("RegistrationCaptureRequestSchema.json")
    fingers.capture(Position.LEFT_FOUR, [Position.LEFT_INDEX], 5)
    fingers.capture(Position.THUMBS, (), 5)
    fingers.capture(Position.RIGHT_INDEX, (), 5)
    for request in service.requests:
        jsonschema.validate(request, schema)


def test_replies_of_the_bench_pass_the_compliance_schemas(
    service: BenchScanner, fingers: SbiFingerprintScanner
) -> None:
    fingers.capture(Position.THUMBS, (), 5)
    for biometric in service.replies[0]["biometrics"]:
        biometric["dataDecoded"] = _payload(biometric["data"])
        biometric["dataDecoded"]["digitalIdDecoded"] = _payload(biometric["dataDecoded"]["digitalId"])
    jsonschema.validate(service.replies[0], _schema("RegistrationCaptureResponseSchema.json"))
    discovered = service.discover("Finger")
    discovered[0]["digitalIdDecoded"] = _payload(discovered[0]["digitalId"])
    jsonschema.validate(discovered, _schema("DiscoverResponseSchema.json"))
    told = service.info()
    told[0]["deviceInfoDecoded"] = _payload(told[0]["deviceInfo"])
    told[0]["deviceInfoDecoded"]["digitalIdDecoded"] = _payload(told[0]["deviceInfoDecoded"]["digitalId"])
    jsonschema.validate(told, _schema("DeviceInfoResponseSchema.json"))


def test_client_reads_integers_where_the_other_dialect_has_them(service: BenchScanner) -> None:
    entries = SbiClient(service.port).discover("Finger")
    assert entries[0].device_sub_id == ["1", "2", "3"]

    from station.hardware.sbi import wire

    reply = msgspec.json.decode(
        b'[{"deviceId":"a","deviceSubId":[1,2],"specVersion":"1.0","error":{"errorCode":0},"extra":1}]',
        type=list[wire.Discovered],
    )
    assert reply[0].device_sub_id == [1, 2]
    assert reply[0].error is not None and reply[0].error.code == wire.SUCCESS
