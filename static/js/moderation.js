// 发言审核 by keyboard: J and K go through the posts, 1 publishes, 2 asks for a change, 3 does not publish.
// Choosing a reason fills in its words to the author. Without this file everything works by pressing the buttons.
(() => {
  "use strict";
  const posts = [...document.querySelectorAll("[data-held]")];
  const deeds = { 1: "publish", 2: "return", 3: "refuse" };

  const here = () => posts.indexOf(document.activeElement?.closest("[data-held]"));

  function go(to) {
    const post = posts[Math.max(0, Math.min(posts.length - 1, to))];
    if (!post) return;
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "nearest" });
  }

  // A deed that needs a reason leads to the reasons first.
  function act(post, deed) {
    const button = post.querySelector(`button[name="action"][value="${deed}"]`);
    if (!button) return;
    if (deed !== "publish" && !post.querySelector('input[name="ground"]:checked')) {
      post.querySelector('input[name="ground"]')?.focus();
      return;
    }
    button.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])')) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(here() + 1);
    else if (key === "k") go(here() < 0 ? 0 : here() - 1);
    else if (deeds[key] && posts[here()]) act(posts[here()], deeds[key]);
    else return;
    event.preventDefault();
  });

  const standard = new Set([...document.querySelectorAll("[data-words]")].map((radio) => radio.dataset.words));
  document.addEventListener("change", (event) => {
    const words = event.target.dataset?.words;
    const area = words && event.target.form?.querySelector('textarea[name="to_author"]');
    if (!area || (area.value.trim() && !standard.has(area.value))) return;
    area.value = words;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
