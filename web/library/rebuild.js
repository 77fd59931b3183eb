// A change that takes long is asked about once more, in the page.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const [first, sure] = element.querySelectorAll(".dl-rebuild > *");
  const asking = button.dataset.rebuild === "ask";
  first.hidden = asking;
  sure.hidden = !asking;
  if (asking) sure.querySelector("button").focus();
  else first.querySelector("button").focus();
  if (button.dataset.rebuild === "yes") trigger("rebuild");
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") element.querySelector("[data-rebuild=no]").click();
});
