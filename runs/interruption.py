"""Ctrl-C and its kin, so that they always come through: some libraries swallow the exception, hence the polling."""

import signal
import threading
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_came = threading.Event()


def listen() -> None:
    """From now on the first interrupt raises KeyboardInterrupt; later ones cannot break the cleaning up."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup and its like stay in force
            signal.signal(number, _note)


def raise_if_came() -> None:
    """To be called between stages: an interrupt that was swallowed somewhere is raised again.

    KeyboardInterrupt where one came.
    """
    if _came.is_set():
        raise KeyboardInterrupt


def _note(number: int, frame: FrameType | None) -> None:
    first = not _came.is_set()
    _came.set()
    if first:
        raise KeyboardInterrupt
