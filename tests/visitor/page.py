"""A page as a reader meets it: heading, text, alerts, links, controls with their names."""

from dataclasses import dataclass, field

from tests.visitor.tree import Element, read_tree

NAMELESS = {"hidden", "submit", "button", "image", "reset"}
GROUPS = ("li", "tr", "article", "fieldset", "form", "section", "dd")


@dataclass
class Page:
    """`path` is where it was met, with its query; `faults` are breaks in its HTML."""

    path: str
    status: int
    html: str
    root: Element = field(init=False, repr=False)
    faults: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.root, self.faults = read_tree(self.html)

    @property
    def h1(self) -> str:
        return ", ".join(heading.text for heading in self.root.all("h1"))

    @property
    def title(self) -> str:
        return (self.root.first("title") or self.root).text

    @property
    def text(self) -> str:
        """All that can be read in the body."""
        return (self.root.first("body") or self.root).text

    @property
    def main(self) -> str:
        """All that can be read in <main>, without the frame around it."""
        return (self.root.first("main") or self.root).text

    @property
    def alerts(self) -> list[str]:
        return [element.text for element in self.root.with_attribute("role", "alert") if element.text]

    @property
    def links(self) -> list[Element]:
        return [link for link in self.root.all("a") if "href" in link]

    @property
    def buttons(self) -> list[Element]:
        inputs = [control for control in self.root.all("input") if control["type"] in {"submit", "image"}]
        return [button for button in self.root.all("button") if button["type"] != "button"] + inputs

    def link(self, word: str, within: str = "") -> str:
        """The address of the link that bears this word."""
        return choose(self.links, word, within, self.path)["href"]

    def button(self, word: str, within: str = "") -> Element:
        return choose(self.buttons, word, within, self.path)

    def has_button(self, word: str) -> bool:
        return any(begins(word_on(button), word) for button in self.buttons)

    def has_link(self, word: str) -> bool:
        return any(begins(word_on(link), word) for link in self.links)

    def table(self, caption: str = "") -> list[list[str]]:
        """The rows of the first table whose caption begins so, headings included."""
        for table in self.root.all("table"):
            if begins((table.first("caption") or table).text, caption):
                return [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]
        raise AssertionError(f"{self.path}: no table {caption!r}")

    def controls(self) -> list[Element]:
        """What can be filled in, visible ones only."""
        found = self.root.all("input", "select", "textarea")
        return [control for control in found if control["type"].lower() not in NAMELESS]

    def name_of(self, control: Element) -> str:
        """The control's accessible name, as far as labels and ARIA give it."""
        if "aria-labelledby" in control:
            texts = [element.text for key in control["aria-labelledby"].split() for element in self.by_id(key)]
            return " ".join(texts)
        around = control.inside("label")
        labels = [label for label in self.root.all("label") if "id" in control and label["for"] == control["id"]]
        texts = [label.text_without("select", "textarea") for label in ([around] if around else []) + labels]
        return " ".join(texts) or control["aria-label"] or control["title"]

    def group_of(self, control: Element) -> str:
        """The legend of the nearest group around the control."""
        fieldset = control.inside("fieldset")
        legend = fieldset.first("legend") if fieldset else None
        return legend.text if legend else ""

    def by_id(self, key: str) -> list[Element]:
        return self.root.with_attribute("id", key)


def word_on(element: Element) -> str:
    return element.text or element["aria-label"] or element["value"]


def squeezed(text: str) -> str:
    return "".join(text.split())


def begins(text: str, words: str) -> bool:
    """Blanks do not matter: Chinese and digits are spaced for the eye."""
    return squeezed(text).startswith(squeezed(words))


def choose(elements: list[Element], word: str, within: str, where: str) -> Element:
    """The element that bears the word: exactly, else at its beginning; `within` narrows to the row with these words."""
    near = [element for element in elements if not within or stands_in(element, within)]
    exact = [element for element in near if squeezed(word_on(element)) == squeezed(word)]
    found = exact or [element for element in near if begins(word_on(element), word)]
    if not found:
        raise AssertionError(f"{where}: nothing says {word!r}; there is {[word_on(element) for element in near]}")
    return found[0]


def stands_in(element: Element, words: str) -> bool:
    group = element.inside(*GROUPS)
    while group is not None:
        if squeezed(words) in squeezed(group.text):
            return True
        group = group.inside("li", "tr", "article")
    return False
