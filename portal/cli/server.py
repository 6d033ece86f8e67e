"""The web server: gunicorn with two processes of four threads, started by `serve` as `python -m portal.cli.server`."""

import sys
from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """Each process makes its own application after the fork: no connection is shared."""

    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self.bind,
            "workers": 2,
            "threads": 4,
            "worker_class": "gthread",
            "timeout": 90,
            "graceful_timeout": 20,
            "loglevel": "warning",
            "accesslog": None,  # addresses hold codes
            "proc_name": "portal-web",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from portal import create_app

        return create_app()


if __name__ == "__main__":
    Server(sys.argv[1]).run()
