element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.article) trigger("open", { article: button.dataset.article });
  if (button.dataset.undo !== undefined) {
    button.disabled = true;
    trigger("undo");
  }
});

// What was in focus is gone: the next thing to do is here.
watch("value", () => {
  const said = element.querySelector(".dl-removed");
  if (!said || said.closest("[data-told]")) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  (said.querySelector("button") ?? said).focus({ preventScroll: true });
});
