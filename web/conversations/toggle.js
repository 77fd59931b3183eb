const button = element.querySelector(".dl-toggle");
const page = element.closest(".gradio-container");
const NAME = "dateline.conversations";
const phone = window.matchMedia("(max-width: 55.99rem)");

function show(open) {
  page.classList.toggle("dl-drawer-open", open);
  button.setAttribute("aria-expanded", String(open));
}

function remember(open) {
  try {
    localStorage.setItem(NAME, open ? "open" : "closed");
  } catch {
    // a browser that stores nothing begins with the drawer shut
  }
}

function remembered() {
  try {
    return localStorage.getItem(NAME) === "open";
  } catch {
    return false;
  }
}

show(!phone.matches && remembered());

button.addEventListener("click", () => {
  const open = !page.classList.contains("dl-drawer-open");
  show(open);
  remember(open);
  if (open) document.querySelector("#conversations .dl-search")?.focus();
});

// Told by whatever shuts the drawer: its own button, Esc, or a choice made on a phone.
document.addEventListener("dateline:shut-drawer", (event) => {
  if (event.detail?.onPhone && !phone.matches) return;
  show(false);
  if (!phone.matches) remember(false);
  if (!event.detail?.onPhone) button.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest?.("#conversations")) return;
  document.dispatchEvent(new CustomEvent("dateline:shut-drawer"));
});
