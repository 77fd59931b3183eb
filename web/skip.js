element.addEventListener("click", (event) => {
  if (!event.target.closest("a")) return;
  event.preventDefault();
  const tab = document.querySelector("button[role=tab][aria-controls=ask]");
  if (tab?.getAttribute("aria-selected") === "false") tab.click();
  requestAnimationFrame(() => document.querySelector("#question :is(input, textarea)")?.focus());
});
