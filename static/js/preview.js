// Live preview of a reply: the server renders, this only fetches and shows. Without it the preview button does the same.
(() => {
  "use strict";
  for (const area of document.querySelectorAll("[data-preview-url]")) {
    const target = document.getElementById(area.dataset.previewTarget);
    let waiting = 0;
    async function show() {
      const answer = await fetch(area.dataset.previewUrl, { method: "POST", body: new FormData(area.form), credentials: "same-origin" });
      if (answer.ok && target) target.innerHTML = await answer.text();
    }
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show().catch(() => {}), 400);
    });
  }
})();
