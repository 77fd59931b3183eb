// Which articles are asked: days, outlets and single articles, as chips that are always there.
const held = { since: "", until: "", publishers: [], articles: [] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SEARCHED = 8; // outlets from which on the list has a search box
let offered = null; // [name, articles] of each outlet
let titles = {};
let number = 0;
let countAgain = () => {};
let listOutlets = () => {};
const bar = () => document.querySelector(".dl-filters");
const panel = (name) => byId(`filter-${name}`);

filters.editing = false;
filters.bar = () => {
  draw();
  return bar();
};
filters.given = () => ({ ...held, articles: held.articles.map((each) => each.id) });
filters.days = () => ({ since: held.since, until: held.until });
filters.set = (changes) => {
  Object.assign(held, changes);
  draw();
  say("filtered", filters.days());
  countAgain();
};
filters.clear = () => filters.set({ since: "", until: "", publishers: [], articles: [] });
filters.edit = (on) => {
  if (filters.editing === on) return;
  filters.editing = on;
  draw();
};

function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  return date ? `${date} ${MONTHS[month - 1]} ${year}` : iso;
}

function sayDays() {
  const { since, until } = held;
  if (since && until) return since === until ? day(since) : `${day(since)} to ${day(until)}`;
  if (since) return `From ${day(since)}`;
  return until ? `To ${day(until)}` : "Any time";
}

function sayOutlets() {
  const [first, ...rest] = held.publishers;
  if (!first) return "All outlets";
  return rest.length ? `${first} and ${rest.length} more` : first;
}

const short = (title) => (title.length > 40 ? `${title.slice(0, 40).trimEnd()}…` : title);

function sayArticles() {
  const [first, ...rest] = held.articles;
  if (!first || rest.length) return `${held.articles.length} articles`;
  return `Only “${short(titles[first.id] || first.title || "an article")}”`;
}

/** What a chip says; those of an article and of editing are there only while they are in force. */
function tell(name, words, inForce) {
  const chip = bar().querySelector(`[data-of=${name}]`);
  const off = chip.querySelector("[data-off]");
  chip.classList.toggle("dl-in-force", Boolean(inForce));
  chip.hidden = !inForce && !chip.querySelector("[data-open]");
  chip.firstElementChild.textContent = words;
  off.hidden = !inForce;
  off.ariaLabel = inForce ? `${off.dataset.label}: ${words}` : null;
}

function draw() {
  if (!bar()) return;
  tell("days", sayDays(), held.since || held.until);
  tell("outlets", sayOutlets(), held.publishers.length);
  tell("articles", sayArticles(), held.articles.length);
  tell("editing", "Editing the last question", filters.editing);
  if (!panel("days").matches(":popover-open")) drawDays();
  for (const [name, days] of Object.entries(presets())) {
    const chosen = held.since === days.since && held.until === days.until;
    bar().querySelector(`[data-preset=${name}]`).setAttribute("aria-pressed", String(chosen));
  }
}

// Never while they are open: a date that is half typed stands in its field only.
function drawDays() {
  for (const name of ["since", "until"]) byId(name).value = held[name];
}

const iso = (date) =>
  [date.getFullYear(), String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");

function presets() {
  const today = new Date();
  const before = (days) => iso(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days));
  return {
    any: { since: "", until: "" },
    today: { since: before(0), until: before(0) },
    week: { since: before(6), until: before(0) },
    month: { since: before(29), until: before(0) },
    year: { since: `${today.getFullYear()}-01-01`, until: "" },
  };
}

function drawOutlets() {
  const search = panel("outlets").querySelector(".dl-search");
  search.hidden = (offered ?? []).length < SEARCHED;
  const words = search.value.trim().toLowerCase();
  const fitting = (offered ?? []).filter(([name]) => name.toLowerCase().includes(words));
  const rows = fitting.slice(0, 200).map(([name, articles]) => {
    const label = element("label", "dl-outlet-choice");
    const checked = held.publishers.includes(name);
    const input = Object.assign(element("input", ""), { type: "checkbox", value: name, checked });
    const words = Object.assign(element("span", "", name), { dir: "auto" });
    label.append(input, words, element("small", "", articles.toLocaleString("en")));
    return label;
  });
  if (!rows.length) rows.push(element("p", "dl-small", offered ? "No outlet is called that." : "…"));
  panel("outlets").querySelector(".dl-outlet-list").replaceChildren(...rows);
}

document.addEventListener(
  "toggle",
  ({ target, newState }) => {
    if (newState !== "open" || !target.matches(".dl-filter-panel")) return;
    if (target === panel("days")) drawDays();
    if (target === panel("outlets")) {
      target.querySelector(".dl-search").value = "";
      drawOutlets();
      listOutlets();
    }
    target.querySelector("input:not([hidden]), button")?.focus();
  },
  { capture: true },
);
document.addEventListener("input", ({ target }) => {
  if (target.matches("#filter-outlets .dl-search")) drawOutlets();
});
function takeDay({ target }) {
  if (!target.matches("#filter-days input") || target.validity.badInput) return; // half typed
  if (target.value !== held[target.id]) filters.set({ [target.id]: target.value });
}
document.addEventListener("change", takeDay);
document.addEventListener("focusout", takeDay); // of what is emptied part by part no change is told
document.addEventListener("change", ({ target }) => {
  if (!target.matches("#filter-outlets [type=checkbox]")) return;
  const others = held.publishers.filter((each) => each !== target.value);
  filters.set({ publishers: target.checked ? [...others, target.value].slice(-20) : others });
});
document.addEventListener("click", ({ target }) => {
  const { off, preset } = target.closest?.(".dl-filters button")?.dataset ?? {};
  if (preset) {
    filters.set(presets()[preset]);
    panel("days").hidePopover();
  }
  if (off === "days") filters.set({ since: "", until: "" });
  if (off === "outlets") filters.set({ publishers: [] });
  if (off === "articles") filters.set({ articles: [] });
  if (off === "editing") {
    filters.edit(false);
    box().value = "";
  }
  if (off) box().focus();
});
// Wherever an article, an outlet or a day is offered to be asked about.
document.addEventListener("click", ({ target }) => {
  const { only, title, outlet, day } = target.closest?.("button")?.dataset ?? {};
  if (only) filters.set({ articles: [{ id: only, title }] });
  else if (outlet) filters.set({ publishers: [outlet] });
  else if (day) filters.set({ since: day, until: day });
  else return;
  say("tab", "ask");
  box().focus();
});
hear("asking", () => {
  for (const name of ["days", "outlets"]) panel(name)?.hidePopover();
});

parts.within = ({ trigger, props, watch }) => {
  countAgain = () => {
    number += 1;
    const some = held.since || held.until || held.publishers.length || held.articles.length;
    if (some) trigger("narrowed", { filters: filters.given(), number });
    else bar().querySelector(".dl-counted").textContent = "";
  };
  watch("value", () => {
    const said = JSON.parse(props.value || "{}");
    if (said.number !== number) return; // of an earlier choice
    titles = { ...titles, ...said.titles };
    const known = said.articles !== null && said.articles !== undefined;
    draw();
    bar().querySelector(".dl-counted").textContent = known
      ? `${said.articles.toLocaleString("en")} of ${said.of.toLocaleString("en")} articles`
      : "";
  });
  readLink();
};

parts.outlets = ({ trigger, props, watch }) => {
  listOutlets = () => trigger("listed");
  watch("value", () => {
    offered = JSON.parse(props.value || "[]");
    if (!panel("outlets").matches(":popover-open")) return;
    drawOutlets();
    if (panel("outlets").contains(document.activeElement)) return;
    panel("outlets").querySelector("input:not([hidden])")?.focus({ preventScroll: true });
  });
};

hear("changed", () => (offered = null));

// A link that asks: the question and the filters in the address, each part of it bounded, and what
// is not understood is left out. A question that is too long to be asked is shown only.
function readLink() {
  if (location.search.length > 20_000) return;
  const given = new URLSearchParams(location.search);
  const days = (name) => {
    const said = given.get(name) ?? "";
    return /^\d{4}-\d\d-\d\d$/.test(said) && !Number.isNaN(Date.parse(said)) ? said : "";
  };
  const texts = (name, longest) => given.getAll(name).filter((each) => each && each.length <= longest).slice(0, 20);
  const articles = texts("article", 2_000).map((id) => ({ id, title: "" }));
  const wanted = { since: days("since"), until: days("until"), publishers: texts("publisher", 300), articles };
  if (wanted.since || wanted.until || wanted.publishers.length || articles.length) filters.set(wanted);
  const question = (given.get("q") ?? "").split(/\s+/).filter(Boolean).join(" ");
  if (question && question.length <= 2_000) say("enter", question);
  else if (question) box().value = question.slice(0, 4_000);
}
