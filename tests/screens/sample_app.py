"""A small real app for the tests of the frame: two screens, a live picture, a command that takes a while.

Run as a program: `sample_app.py SOCKET HOME [WIDTHxHEIGHT]`. It ends when its robot says so.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from station.screens import environment


def main(socket: Path, home: Path, size: tuple[int, int]) -> int:
    environment.prepare(environment.Display(home=home, width=size[0], height=size[1], offscreen=True))

    import numpy as np
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.lang import Builder

    from station.bench import puppet
    from station.screens.app import StationApp
    from station.screens.stage import Place
    from station.screens.widgets.picture import shrunk

    Builder.load_file(str(Path(__file__).with_name("sample_screens.kv")))
    pictures = [np.random.default_rng(seed).integers(0, 255, (720, 1280, 3), dtype=np.uint8) for seed in range(4)]

    class SampleApp(StationApp):
        def begin(self) -> None:
            self.go(Place("first"))
            Window.bind(on_key_down=lambda _w, code, _s, text, modifiers: self.key(code, text, modifiers))
            Clock.schedule_interval(self.live, 1 / 15)

        def key(self, code: int, text: str | None, modifiers: list[str]) -> bool:
            first = self.stage.get_screen("first")
            first.heard = f"{code} {text} {'+'.join(modifiers)}"
            return False

        def live(self, _passed: float) -> None:
            if self.stage.current == "second":
                screen = self.stage.get_screen("second")
                picture = screen.ids.picture
                self.turn = (getattr(self, "turn", 0) + 1) % 4
                wanted = (int(picture.width), int(picture.height))
                self.work.submit(lambda: shrunk(pictures[self.turn], *wanted), picture.show)

        def slow(self) -> None:
            first = self.stage.get_screen("first")

            def command() -> int:
                time.sleep(1.2)
                return 1

            def done(count: int) -> None:
                first.done += count

            self.work.submit(command, done, button=first.ids.slow)

        def fail(self) -> None:
            raise ValueError("a secret name")

    table = {"first": "sample_screens:First", "second": "sample_screens:Second"}
    sys.path.insert(0, str(Path(__file__).parent))
    app = SampleApp(table, "sample")
    puppet.attach(app, socket)
    app.run()
    return app.exit_code


if __name__ == "__main__":
    width, _, height = (sys.argv[3] if len(sys.argv) > 3 else "1280x800").partition("x")
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), (int(width), int(height))))
