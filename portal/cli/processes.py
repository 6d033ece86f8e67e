"""Web and worker as two processes that live and end together."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

GRACE = 25.0  # seconds to finish what is under way
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """Its log lines go to `log`, not to the terminal that shows the address."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class Stop(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


asked_to_stop = threading.Event()


def heed() -> None:
    """Stop when asked: what the signal raised is lost when it arrives inside a callback that cannot raise."""
    if asked_to_stop.is_set():
        raise Stop


def start(name: str, logs: Path, *arguments: str) -> Child:
    """`python <arguments>`; it gets SIGTERM when this process is killed hard."""
    environment = {key: value for key, value in os.environ.items() if key != "FLASK_RUN_FROM_CLI"}
    command = [sys.executable, *arguments]
    logs.mkdir(mode=0o700, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            command, env=environment, stderr=out, stdout=out, preexec_fn=_end_with_parent
        )
    return Child(name, process, log)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def watch(children: Sequence[Child], on_start: Callable[[], bool]) -> Child | None:
    """Wait until asked to stop (None) or until one ends (which); all have ended then.

    `on_start` is called until it says True: the children are ready.
    """
    ready = False
    try:
        while True:
            heed()
            ready = ready or on_start()
            for child in children:
                if child.process.poll() is not None:
                    return child
            time.sleep(0.2)
    except Stop:
        return None
    finally:
        end(children)


def end(children: Sequence[Child]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder: two first starts would load the same database."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "starting.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("另一次启动还没有完成，请稍等。 Another start of this site is still under way.") from None
        yield


def heed_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
