"""What every page of the house keeps, checked each time a test meets one."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.visitor.page import Page, word_on
from tests.visitor.tree import Element

ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]+){2,}")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "list", "form")


def problems(page: Page) -> list[str]:
    """Empty for a page as it should be."""
    checks = (frame, identities, safety, names, forms, leftovers)
    return page.faults + [problem for check in checks for problem in check(page)]


def frame(page: Page) -> Iterator[str]:
    html = page.root.first("html")
    if page.root["doctype"] != "doctype html":
        yield "no <!doctype html>"
    if html is None or not html["lang"]:
        yield "<html> has no lang"
    if not page.title:
        yield "no <title>"
    if len(page.root.all("h1")) != 1:
        yield f"{len(page.root.all('h1'))} h1 instead of one"
    if not any(meta["name"] == "viewport" for meta in page.root.all("meta")):
        yield "no viewport"


def identities(page: Page) -> Iterator[str]:
    ids = Counter(element["id"] for element in page.root.walk() if "id" in element)
    for key, times in ids.items():
        if times > 1 or not key:
            yield f"id {key!r} is used {times} times"
    for element in page.root.walk():
        for attribute in REFERENCES:
            for key in element[attribute].split():
                if key not in ids:
                    yield f"{element!r} {attribute} names {key!r}, which is not there"


def safety(page: Page) -> Iterator[str]:
    """The strict policy allows nothing inline, and nothing comes from elsewhere."""
    for element in page.root.walk():
        if element.tag == "style" or (element.tag == "script" and "src" not in element):
            yield f"inline <{element.tag}>"
        for attribute in element.attributes:
            if attribute == "style" or attribute.startswith("on"):
                yield f"{element!r} has {attribute}="
        if element["href"].startswith("javascript:"):
            yield f"{element!r} runs a script"
        if element.tag in {"script", "img", "link", "source", "iframe"}:
            source = element["src"] or element["href"]
            if source.startswith(("http:", "https:", "//")) and element["rel"] != "canonical":
                yield f"{element!r} is fetched from {source}"


def names(page: Page) -> Iterator[str]:
    for control in page.controls():
        if not page.name_of(control):
            yield f"{control!r} has no label"
    for element in page.links + page.buttons:
        if not word_on(element) and not any("alt" in image for image in element.all("img")):
            yield f"{element!r} bears no word"
    for image in page.root.all("img"):
        if "alt" not in image:
            yield f"{image!r} has no alt"


def forms(page: Page) -> Iterator[str]:
    for form in page.root.all("form"):
        if form.inside("form"):
            yield f"{form!r} stands in another form"
        controls = form.all("input", "select", "textarea")
        fields = Counter(control["name"] for control in controls if control["type"] == "hidden")
        if form["method"].lower() == "post":
            yield from (f"{form!r} has {fields[n]} hidden {n}" for n in ("csrf_token", "once") if fields[n] != 1)
        if any(control["type"] == "file" for control in controls) and form["enctype"] != "multipart/form-data":
            yield f"{form!r} sends files without multipart/form-data"


def leftovers(page: Page) -> Iterator[str]:
    """Templates or placeholders that were never filled, sentences that were never translated."""
    for sign in ("{{", "{%", "%(", "Undefined"):
        if sign in page.text:
            yield f"the page says {sign!r}"
    html = page.root.first("html")
    if html is not None and html["lang"].startswith("zh"):
        yield from (f"English on a Chinese page: {found!r}" for found in ENGLISH.findall(chinese_part(html)))


def chinese_part(html: Element) -> str:
    """The text that is not marked as being in another language."""
    foreign = [element.text for element in html.walk() if element is not html and "lang" in element]
    text = (html.first("body") or html).text
    for words in foreign:
        text = text.replace(words, " ")
    return text
