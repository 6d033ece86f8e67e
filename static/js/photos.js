// Photo picker: makes photos smaller on the phone (1600 px, JPEG) and shows what was chosen.
(() => {
  "use strict";
  const LONGEST = 1600;
  const canReplace = (() => { try { return Boolean(new DataTransfer().items); } catch { return false; } })();

  async function smaller(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.type === "image/jpeg") return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  }

  function write(input, files) {
    const basket = new DataTransfer();
    for (const file of files) basket.items.add(file);
    input.files = basket.files;
  }

  function setUp(box) {
    const say = box.querySelector("[data-photo-status]");
    const list = box.querySelector("[data-thumbs]");
    const limit = Number(box.dataset.limit);
    const kept = Number(box.dataset.kept);
    const chosen = new Map();

    function draw() {
      for (const old of list.querySelectorAll("[data-new]")) { URL.revokeObjectURL(old.dataset.new); old.remove(); }
      let number = kept;
      for (const [input, files] of chosen) for (const file of files) list.append(thumb(input, file, ++number));
      const words = number > limit ? box.dataset.tooMany.replace("{n}", number - limit) : box.dataset.status.replace("{n}", number).replace("{m}", limit - number);
      say.textContent = number ? words : "";
    }

    function thumb(input, file, number) {
      const item = document.createElement("li");
      const picture = document.createElement("img");
      const button = document.createElement("button");
      const name = box.dataset.photoName.replace("{n}", number);
      item.className = "thumb";
      item.dataset.new = picture.src = URL.createObjectURL(file);
      picture.alt = name;
      button.type = "button";
      button.className = "thumb-remove";
      button.textContent = box.dataset.remove;
      button.setAttribute("aria-label", `${box.dataset.remove} ${name}`);
      button.addEventListener("click", () => {
        chosen.set(input, chosen.get(input).filter((one) => one !== file));
        write(input, chosen.get(input));
        draw();
        input.focus();
      });
      item.append(picture, button);
      return item;
    }

    async function take(input) {
      const files = [...(chosen.get(input) || [])];
      let number = 0;
      for (const file of input.files) {
        say.textContent = box.dataset.working.replace("{n}", ++number);
        files.push(await smaller(file).catch(() => file));
      }
      chosen.set(input, files);
      write(input, files);
      draw();
    }

    // The camera's second shot joins the first instead of replacing it.
    for (const input of box.querySelectorAll("[data-photo]")) {
      input.multiple = true;
      input.addEventListener("click", () => { if (input.hasAttribute("capture")) input.multiple = false; });
      input.addEventListener("change", () => { input.multiple = true; take(input); });
    }
  }

  if (canReplace && window.createImageBitmap) document.querySelectorAll("[data-photos]").forEach(setUp);
})();
