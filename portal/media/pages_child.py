"""The limited process that counts the pages of one PDF. Started by `documents` with its own file path, so that neither Flask
nor the portal is loaded: standard library and PDFium only.

Its one argument is the file; it prints the number of pages, 0 for a file that PDFium cannot open (broken, or with a password).
"""

import resource
import signal
import sys

MEMORY_BYTES = 1024**3
CPU_SECONDS = 10


def main(path: str) -> None:
    signal.alarm(CPU_SECONDS * 2)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, 4096),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    import pypdfium2  # type: ignore[import-untyped]

    try:
        print(len(pypdfium2.PdfDocument(path)))
    except pypdfium2.PdfiumError:
        print(0)


if __name__ == "__main__":
    main(sys.argv[1])
