// A draft stays in the browser of whoever writes it until it is sent; the server keeps none. Without this file all works.
(() => {
  const month = 30 * 24 * 3600 * 1000;
  const form = document.querySelector("form[data-draft]");
  const sent = document.querySelector("[data-draft-sent]");
  const name = (handle) => `twoyes draft ${handle}`;
  try {
    if (sent) localStorage.removeItem(name(sent.dataset.draftSent));
    if (!form) return;
    const key = name(form.dataset.draft);
    const fields = () => [...form.elements].filter((one) => one.id && one.id !== "fax");
    const note = document.querySelector("[data-draft-note]");
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (kept && Date.now() - kept.at < month && "fresh" in form.dataset) {
      for (const one of fields()) {
        if (!(one.id in kept.values)) continue;
        if (one.type === "checkbox") one.checked = kept.values[one.id];
        else one.value = kept.values[one.id];
      }
      note.hidden = false;
      form.dispatchEvent(new Event("input"));
    }
    form.addEventListener("input", () => {
      const values = {};
      for (const one of fields()) values[one.id] = one.type === "checkbox" ? one.checked : one.value;
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
      note.hidden = false;
    });
    document.querySelector("[data-draft-clear]").addEventListener("click", () => {
      localStorage.removeItem(key);
      form.reset();
      note.hidden = true;
    });
  } catch {
    // A browser that keeps nothing loses nothing but the draft.
  }
})();
