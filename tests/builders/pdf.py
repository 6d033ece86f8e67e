"""PDFs as people choose them in a form."""

import io

from werkzeug.datastructures import FileStorage

from portal.cli.demo.pdf import written


def pdf(pages: int = 1) -> bytes:
    return written([[f"第 {number} 页", "车棚放在哪里"] for number in range(1, pages + 1)])


def sent_pdf(name: str = "方案.pdf", pages: int = 1, content: bytes | None = None) -> FileStorage:
    return FileStorage(io.BytesIO(pdf(pages) if content is None else content), name, content_type="application/pdf")
