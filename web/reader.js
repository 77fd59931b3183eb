let opened = "";

// The quoted words, or the headline where none are quoted, come into view and take the focus.
watch("value", () => {
  const article = element.querySelector(".dl-article");
  if (!article || article.dataset.opened === opened) return;
  opened = article.dataset.opened;
  element.closest("#reader").scrollTo(0, 0);
  const target = element.querySelector("mark") ?? element.querySelector(".dl-headline");
  if (!target) return;
  target.scrollIntoView({ block: target.tagName === "MARK" ? "center" : "nearest" });
  target.focus({ preventScroll: true });
});

function shut() {
  props.value = "";
  if (window.datelineOpener) document.querySelector(window.datelineOpener)?.focus();
}

element.addEventListener("click", (event) => {
  const only = event.target.closest("[data-only]");
  if (only) {
    window.datelineNarrowed = true; // the question takes the focus once it is in front
    trigger("narrow", { article: only.dataset.only });
  } else if (event.target.closest("[data-shut]")) shut();
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    shut();
  }
});
