"""The browser chat: shows, never decides. What it is made of is in `web/`."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from assistant import DatelineError
from web.auth.gate import expose
from web.chat_page import build_page
from web.gradio_internals import gradio_confined
from web.server import Server, allow_many_files, application, keep_memory_small

if TYPE_CHECKING:
    from assistant import Assistant


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    without_login: bool = False,
) -> None:
    """Serve the browser chat until Ctrl-C; the models load meanwhile.

    Raises:
        DatelineError: the address cannot be listened on, or would be open to others without login.
    """
    exposure = expose(host, assistant.settings, without_login=without_login)
    keep_memory_small()
    allow_many_files()
    with suppress(KeyboardInterrupt), gradio_confined():
        app = application(build_page(assistant), exposure, assistant)
        server = Server(app, host, port)
        threading.Thread(target=_warm_up, args=[assistant], name="warm-up", daemon=True).start()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up then, too
        sys.stdout.write(f"Dateline is at {server.address} (Ctrl-C stops it)\n")
        sys.stdout.flush()
        server.run()


def end_process() -> NoReturn:
    """End this process with status 0 after a server has stopped, whatever its threads are doing.

    Python would end them where they next wait for it. In C++, as where a model is being loaded,
    that aborts the process. What is stored is whole at any instant: nothing is waited for.
    """
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
    finally:
        os._exit(0)


def _main() -> None:
    """`python ui.py` is `dateline chat --samples`."""
    from dateline.__main__ import main

    sys.argv[1:] = ["chat", "--samples", *sys.argv[1:]]
    main()


def _warm_up(assistant: Assistant) -> None:
    with suppress(DatelineError):  # the first question will say what is wrong
        assistant.warm_up()


if __name__ == "__main__":
    _main()
