"""A page's HTML as a tree, read with the standard library; what is not well formed is remembered as a fault."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
UNSPOKEN = frozenset({"script", "style", "svg", "template"})


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __repr__(self) -> str:
        marks = "".join(f' {name}="{self[name]}"' for name in ("id", "name", "class", "href") if name in self)
        return f"<{self.tag}{marks}>"

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    def __getitem__(self, attribute: str) -> str:
        """The attribute's value; empty when it is absent."""
        return self.attributes.get(attribute, "")

    def walk(self) -> Iterator["Element"]:
        """This element and all beneath it, in the order of the page."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def all(self, *tags: str) -> list["Element"]:
        return [element for element in self.walk() if element.tag in tags]

    def first(self, *tags: str) -> "Element | None":
        return next(iter(self.all(*tags)), None)

    def with_attribute(self, name: str, value: str) -> list["Element"]:
        return [element for element in self.walk() if name in element and element[name] == value]

    def ancestors(self) -> Iterator["Element"]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def inside(self, *tags: str) -> "Element | None":
        """The nearest element of these kinds around this one."""
        return next((above for above in self.ancestors() if above.tag in tags), None)

    @property
    def text(self) -> str:
        """What is read aloud or seen, blanks folded."""
        return " ".join("".join(self._pieces(UNSPOKEN)).split())

    def text_without(self, *tags: str) -> str:
        return " ".join("".join(self._pieces(UNSPOKEN | set(tags))).split())

    def _pieces(self, skipped: frozenset[str]) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in skipped:
                yield from child._pieces(skipped)
                yield "" if child.tag in {"a", "abbr", "b", "em", "span", "strong", "bdi", "time"} else " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {}, None)
        self.open = self.root
        self.faults: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.root.attributes["doctype"] = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open.tag and self.open.parent is not None:
            self.open = self.open.parent
        elif any(above.tag == tag for above in self.open.ancestors()):
            self.faults.append(f"</{tag}> closes while {self.open!r} is open")
            while self.open.tag != tag:
                self._leave()
            self._leave()
        else:
            self.faults.append(f"</{tag}> closes nothing (line {self.getpos()[0]})")

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)

    def close(self) -> None:
        super().close()
        if self.open is not self.root:
            self.faults.append(f"{self.open!r} is never closed")

    def _leave(self) -> None:
        assert self.open.parent is not None
        self.open = self.open.parent

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        names = [name for name, _value in attrs]
        if twice := {name for name in names if names.count(name) > 1}:
            self.faults.append(f"<{tag}> has {', '.join(sorted(twice))} twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        return element


def read_tree(html: str) -> tuple[Element, list[str]]:
    """The page's root and what is not well formed in it."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root, builder.faults
