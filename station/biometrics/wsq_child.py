"""The bounded process that decodes one WSQ picture: ``python -m station.biometrics.wsq_child``, from standard input to
standard output. What is wrong stands on standard error, in one line."""

from __future__ import annotations

import io
import sys
from types import TracebackType
from typing import Final

import PIL.Image
import wsq as _wsq  # noqa: F401  # registers the WSQ format with Pillow

from station import bounded
from station.biometrics import wsq_count

MEMORY: Final = 2 * 1024 * 1024 * 1024
"""Bytes of address space: the largest picture (50 million pixels) is held as bytes, as whole numbers and as floats."""
CPU_SECONDS: Final = 30
"""The largest picture is counted in 10 and decoded in 3 on a slow processor; a slap takes half of one."""


def main() -> None:
    """Decode."""
    sys.excepthook = _say
    bounded.limit(MEMORY, CPU_SECONDS)
    PIL.Image.MAX_IMAGE_PIXELS = None  # who starts this process has looked at the size
    data = sys.stdin.buffer.read()
    wsq_count.check(data)
    with PIL.Image.open(io.BytesIO(data), formats=("WSQ",)) as image:
        sys.stdout.buffer.write(image.convert("L").tobytes())
        sys.stdout.buffer.flush()


def _say(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    sys.stderr.write(f"{' '.join(str(error).split()) or kind.__name__}\n")


if __name__ == "__main__":
    main()
