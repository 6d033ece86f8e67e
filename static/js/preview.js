// Live preview of a reply: the server renders, this only fetches and shows. Without it the preview button does the same.
(() => {
  "use strict";
  for (const area of document.querySelectorAll("[data-preview-url]")) {
    const target = document.getElementById(area.dataset.previewTarget);
    let waiting = 0;
    async function show() {
      const words = new FormData(area.form);
      for (const [name, value] of [...words]) if (value instanceof File) words.delete(name); // photos stay here until the end
      const answer = await fetch(area.dataset.previewUrl, { method: "POST", body: words, credentials: "same-origin" });
      if (answer.ok && target) target.innerHTML = await answer.text();
    }
    area.form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show().catch(() => {}), 400);
    });
  }
})();
