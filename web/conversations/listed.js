function rename(item) {
  const { conversation, name } = item.dataset;
  const open = item.querySelector(".dl-kept-open");
  const input = document.createElement("input");
  input.className = "dl-search";
  input.value = name;
  input.maxLength = 200;
  input.setAttribute("aria-label", "New name");
  item.querySelector("details").open = false;
  open.hidden = true;
  open.after(input);
  input.focus();
  input.select();
  let done = false;
  function finish(keep) {
    if (done) return;
    done = true;
    open.hidden = false;
    input.remove();
    if (keep && input.value.trim() && input.value !== name) {
      trigger("retitle", { conversation, name: input.value });
    }
  }
  input.addEventListener("blur", () => finish(true));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter");
    if (open.isConnected) open.focus();
  });
}

element.addEventListener("click", (event) => {
  const wish = event.target.closest("button")?.dataset.do;
  const item = event.target.closest(".dl-kept");
  if (!wish || !item) return;
  const { conversation } = item.dataset;
  const isOpen = item.querySelector("[aria-current]") !== null;
  if (wish !== "retitle") item.querySelector("details").open = false;
  if (wish === "retitle") rename(item);
  else if (wish === "markdown" || wish === "json") trigger("export", { conversation, form: wish });
  else if (wish === "drop") trigger(isOpen ? "dropopen" : "drop", { conversation });
  else if (wish === "fetch") {
    // It is on the page already, and an answer on its way would be stopped.
    if (isOpen && document.querySelector(".dl-turn[data-finished=no]")) return;
    trigger("fetch", { conversation });
    const detail = { onPhone: true };
    document.dispatchEvent(new CustomEvent("dateline:shut-drawer", { detail }));
  }
});

// One menu at a time, and none once the reader looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of element.querySelectorAll("details[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

element.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details[open]");
  if (event.key !== "Escape" || !menu) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
});

window.addEventListener("hashchange", () => {
  const conversation = decodeURIComponent(location.hash.slice(1));
  if (conversation) trigger("fetch", { conversation });
});
