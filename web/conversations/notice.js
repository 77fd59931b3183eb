element.addEventListener("click", (event) => {
  const wish = event.target.closest("button")?.dataset.do;
  if (wish === "unmake") trigger("unmake");
  if (wish === "hush") props.value = "";
});

// The button that was chosen is gone with what it deleted.
watch("value", () => {
  if (document.activeElement === document.body) element.querySelector("[data-do=unmake]")?.focus();
});
