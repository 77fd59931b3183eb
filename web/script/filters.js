// Which articles are asked: days, outlets and single articles, as chips that are always there.
const held = { since: "", until: "", publishers: [], articles: [] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SEARCHED = 8; // outlets from which on the list has a search box
let offered = null; // [name, articles] of each outlet
let titles = {};
let number = 0;
let countAgain = () => {};
let listOutlets = () => {};
const shown = element("div", "dl-filters");
shown.setAttribute("role", "group");
shown.setAttribute("aria-label", "Which articles are asked");
const chips = element("div", "dl-filter-chips");
const panel = element("div", "dl-filter-panel");
const counted = element("span", "dl-counted");
counted.setAttribute("role", "status");
panel.hidden = true;
panel.id = "filter-panel";
panel.setAttribute("role", "dialog");
shown.append(panel, chips);

filters.editing = false;
filters.bar = () => {
  draw();
  return shown;
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
filters.only = (id, title) => {
  filters.set({ articles: [{ id, title }] });
  say("tab", "ask");
  box().focus();
};
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

function chip(name, words, inForce, off) {
  const made = element("span", inForce ? "dl-filter dl-in-force" : "dl-filter");
  const open = element("button", "dl-filter-open", words);
  open.dir = "auto";
  open.dataset.open = name;
  open.setAttribute("aria-haspopup", "dialog");
  open.setAttribute("aria-expanded", String(!panel.hidden && panel.dataset.of === name));
  if (name === "days" || name === "outlets") made.append(open);
  else made.append(Object.assign(element("span", "dl-filter-words", words), { dir: "auto" }));
  if (inForce) {
    const remove = element("button", "dl-filter-off", "×");
    remove.setAttribute("aria-label", `${off}: ${words}`);
    remove.dataset.off = name;
    made.append(remove);
  }
  return made;
}

function draw() {
  const focus = document.activeElement?.closest?.("[data-open], [data-off]");
  const again = focus && shown.contains(focus) && (focus.dataset.open ?? focus.dataset.off);
  const all = [
    chip("days", sayDays(), held.since || held.until, "Remove the dates"),
    chip("outlets", sayOutlets(), held.publishers.length, "Remove the outlets"),
  ];
  if (held.articles.length) {
    const [first, ...rest] = held.articles;
    const title = titles[first.id] || first.title || "an article";
    const words = rest.length ? `${rest.length + 1} articles` : `Only “${short(title)}”`;
    all.push(chip("articles", words, true, "Remove the article"));
  }
  if (filters.editing) {
    const editing = chip("editing", "Editing the last question", true, "Stop editing");
    editing.classList.add("dl-editing");
    all.push(editing);
  }
  chips.replaceChildren(...all, counted);
  // Not into view: it had the focus, and a page that moves slips from under who presses elsewhere.
  if (again) chips.querySelector(`[data-open=${again}]`)?.focus({ preventScroll: true });
  else if (focus && !focus.isConnected) box().focus();
}

function close(focus) {
  if (panel.hidden) return;
  const { of } = panel.dataset;
  panel.hidden = true;
  draw();
  if (focus) chips.querySelector(`[data-open=${of}]`)?.focus();
}

function open(name) {
  if (!panel.hidden && panel.dataset.of === name) return close(true);
  panel.dataset.of = name;
  panel.setAttribute("aria-label", name === "days" ? "Days" : "Outlets");
  panel.hidden = false;
  if (name === "days") drawDays();
  else {
    drawOutlets();
    listOutlets();
  }
  draw();
  panel.querySelector("input, button")?.focus();
}

const iso = (date) =>
  [date.getFullYear(), String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");

function presets() {
  const today = new Date();
  const before = (days) => iso(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days));
  return [
    ["Any time", "", ""],
    ["Today", before(0), before(0)],
    ["Last week", before(6), before(0)],
    ["Last month", before(29), before(0)],
    ["This year", `${today.getFullYear()}-01-01`, ""],
  ];
}

function drawDays() {
  const row = element("div", "dl-presets");
  for (const [words, since, until] of presets()) {
    const button = element("button", "dl-boxed", words);
    button.setAttribute("aria-pressed", String(held.since === since && held.until === until));
    button.addEventListener("click", () => {
      filters.set({ since, until });
      close(true);
    });
    row.append(button);
  }
  const dates = element("div", "dl-dates");
  for (const [name, words] of [["since", "From"], ["until", "To"]]) {
    const label = element("label", "dl-field", words);
    label.htmlFor = name;
    const input = Object.assign(element("input", ""), { type: "date", id: name, value: held[name] });
    input.addEventListener("change", () => filters.set({ [name]: input.value }));
    label.append(input);
    dates.append(label);
  }
  panel.replaceChildren(row, dates);
}

function drawOutlets() {
  const list = element("div", "dl-outlet-list");
  const search = Object.assign(element("input", "dl-search"), { type: "search", placeholder: "Search outlets" });
  search.setAttribute("aria-label", "Search outlets");
  const fill = () => {
    const words = search.value.trim().toLowerCase();
    const fitting = (offered ?? []).filter(([name]) => name.toLowerCase().includes(words));
    list.replaceChildren(
      ...fitting.slice(0, 200).map(([name, articles]) => {
        const label = element("label", "dl-outlet-choice");
        const input = Object.assign(element("input", ""), { type: "checkbox", checked: held.publishers.includes(name) });
        input.addEventListener("change", () => {
          const others = held.publishers.filter((each) => each !== name);
          filters.set({ publishers: input.checked ? [...others, name].slice(-20) : others });
        });
        const words = element("span", "", name);
        words.dir = "auto";
        label.append(input, words, element("small", "", articles.toLocaleString("en")));
        return label;
      }),
    );
    if (!fitting.length) list.append(element("p", "dl-small", offered ? "No outlet is called that." : "…"));
  };
  search.addEventListener("input", fill);
  fill();
  panel.replaceChildren(...((offered ?? []).length >= SEARCHED ? [search] : []), list);
}

shown.addEventListener("click", ({ target }) => {
  const { open: name } = target.closest("[data-open]")?.dataset ?? {};
  const { off } = target.closest("[data-off]")?.dataset ?? {};
  if (name) open(name);
  if (off === "days") filters.set({ since: "", until: "" });
  if (off === "outlets") filters.set({ publishers: [] });
  if (off === "articles") filters.set({ articles: [] });
  if (off === "editing") {
    filters.edit(false);
    box().value = "";
  }
  if (off) box().focus();
});
shown.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || panel.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  close(true);
});
document.addEventListener("pointerdown", ({ target }) => {
  if (!shown.contains(target)) close(false);
});
hear("asking", () => close(false));

parts.within = ({ trigger, props, watch }) => {
  countAgain = () => {
    number += 1;
    const some = held.since || held.until || held.publishers.length || held.articles.length;
    if (some) trigger("narrowed", { filters: filters.given(), number });
    else counted.textContent = "";
  };
  watch("value", () => {
    const said = JSON.parse(props.value || "{}");
    if (said.number !== number) return; // of an earlier choice
    titles = { ...titles, ...said.titles };
    const known = said.articles !== null && said.articles !== undefined;
    draw();
    counted.textContent = known
      ? `${said.articles.toLocaleString("en")} of ${said.of.toLocaleString("en")} articles`
      : "";
  });
  readLink();
};

parts.outlets = ({ trigger, props, watch }) => {
  listOutlets = () => trigger("listed");
  watch("value", () => {
    offered = JSON.parse(props.value || "[]");
    if (panel.hidden || panel.dataset.of !== "outlets") return;
    const waited = document.activeElement?.dataset.open === "outlets";
    drawOutlets();
    if (waited) panel.querySelector("input")?.focus({ preventScroll: true });
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
