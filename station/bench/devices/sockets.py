"""A Unix socket on which one emulated device pours out its bytes to whoever opens it.

As with a real device, an opener gets what happens from then on; unplugging breaks the connection
and takes the socket's file away.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

_SEND_SECONDS = 1.0
"""A reader that takes nothing for so long is cut off, as a kernel buffer would drop its events."""


class Outlet:
    """Listens from `plug` to `unplug`; `pour` sends to all that are connected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._listener: socket.socket | None = None
        self._lock = threading.Condition()
        self._connected: list[socket.socket] = []

    def plug(self) -> None:
        self.path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self.path))
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name=f"bench-{self.path.name}", daemon=True).start()

    def unplug(self) -> None:
        with self._lock:
            listener, self._listener = self._listener, None
            connected, self._connected = self._connected, []
        self.path.unlink(missing_ok=True)
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in connected:
            connection.close()

    @property
    def plugged(self) -> bool:
        return self._listener is not None

    def wait_for_reader(self, deadline: float) -> bool:
        """Wait until somebody has opened the device."""
        with self._lock:
            return self._lock.wait_for(lambda: bool(self._connected), deadline)

    def pour(self, data: bytes) -> None:
        """Send `data` to all; readers that are gone or stuck are cut off."""
        with self._lock:
            connected = list(self._connected)
        for connection in connected:
            try:
                connection.sendall(data)
            except OSError:
                with self._lock:
                    if connection in self._connected:
                        self._connected.remove(connection)
                connection.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(_SEND_SECONDS)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            with self._lock:
                if self._listener is not listener:
                    connection.close()
                    return
                self._connected.append(connection)
                self._lock.notify_all()
