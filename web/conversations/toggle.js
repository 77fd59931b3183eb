const button = element.querySelector(".dl-toggle");
const drawer = () => document.querySelector("#conversations");
const NAME = "dateline.conversations";
const phone = window.matchMedia("(max-width: 55.99rem)");

function show(open) {
  drawer()?.classList.toggle("dl-shown", open);
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

// Once all parts of the page are there.
requestAnimationFrame(() => show(!phone.matches && remembered()));

button.addEventListener("click", () => {
  const open = button.getAttribute("aria-expanded") !== "true";
  show(open);
  remember(open);
  if (open) drawer()?.querySelector(".dl-search")?.focus();
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
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("dateline:shut-drawer"));
});
