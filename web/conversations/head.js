const drawer = element.closest("#conversations");
drawer?.setAttribute("role", "region");
drawer?.setAttribute("aria-label", "Conversations");

const search = element.querySelector(".dl-search");
let waiting = 0;

search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const opened = document.querySelector(".dl-opened")?.dataset.conversation ?? "";
    trigger("find", { search: search.value, opened });
  }, 150);
});

function shut(onPhone) {
  document.dispatchEvent(new CustomEvent("dateline:shut-drawer", { detail: { onPhone } }));
}

element.addEventListener("click", (event) => {
  const wish = event.target.closest("button")?.dataset.do;
  if (wish === "shut") shut(false);
  if (wish === "anew") {
    document.querySelector("#clear")?.click();
    shut(true);
  }
});
