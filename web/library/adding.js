// The file dialog offers the endings that can be added; anything else may still be dropped.
const { accept } = element.querySelector("[data-accept]").dataset;
document.addEventListener(
  "click",
  (event) => {
    const input = event.target.closest?.("#upload")?.querySelector("input[type=file]");
    if (input) input.accept = accept;
  },
  { capture: true },
);
