// A press copies what a person is meant to paste elsewhere. Without this file the text is selected and copied by hand.
(() => {
  const put = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // An address without https has no clipboard; the old way still works there.
      field.focus();
      field.select();
      if (!document.execCommand("copy")) return false;
    }
    return true;
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.parentElement.hidden = false;
    button.addEventListener("click", async () => {
      const done = await put(document.getElementById(button.dataset.copy));
      // There is one clipboard: what was copied before is not in it any more.
      for (const said of document.querySelectorAll("[data-copy] + [role=status]")) said.textContent = "";
      button.nextElementSibling.textContent = done ? button.dataset.done : "";
    });
  }
})();
