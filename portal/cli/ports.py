"""Whether the site can listen where it is asked to."""

import errno
import socket


def refuse_taken(host: str, port: int) -> None:
    """Said at once, not after a minute of loading."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise SystemExit(f"没有端口 {port}：请用 1 到 65535。 There is no port {port}.") from None
        except OSError as error:
            raise SystemExit(_why_not(port, error)) from None


def _why_not(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"端口 {port} 已被占用：可能平台已在运行。换一个端口：PORT={port + 1} make run\n"
            f"Port {port} is in use, perhaps by this site itself. Take another one: PORT={port + 1} make run"
        )
    return f"端口 {port} 不能用（{error.strerror}）。 Port {port} cannot be used."
