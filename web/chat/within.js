let dropping = false;

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drop]");
  if (!button) return;
  dropping = true;
  trigger("drop", { what: button.dataset.drop, which: button.dataset.which });
});

// The focus goes to the next filter, or to the question once there is none.
watch("value", () => {
  if (!dropping) return;
  dropping = false;
  const next = element.querySelector("[data-drop]");
  (next ?? document.querySelector("#question :is(input, textarea)"))?.focus();
});
