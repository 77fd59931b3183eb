// The list of articles: one record of what a reader looks for, which every part changes through here.
const TYPING = 150; // milliseconds without a key before it is looked for: a quick hand needs 100
let looked = { words: "", publisher: "", order: "newest" };
let set = () => {};

hear("look", (changes) => {
  looked = { ...looked, page: 0, ...changes };
  set(JSON.stringify({ ...looked, ...openDays() }));
  say("looked", looked);
});
const openDays = () => {
  const { since, until } = filters.days();
  return { since: since || null, until: until || null };
};
// The days of the questions are those of the list and its timeline.
hear("filtered", () => say("look", {}));

parts.look = ({ props, trigger }) => {
  let told = false;
  set = (value) => (props.value = value);
  // The list is first on its way without the days that a link may have set.
  hear("overviewed", () => {
    if (told) return;
    told = true;
    if (openDays().since || openDays().until) say("look", {});
  });
  const comeBack = () => {
    if (document.hidden) return;
    const open = document.querySelector("#reader [data-shown]");
    trigger("returned", { article: open?.dataset.shown ?? "" });
  };
  window.addEventListener("focus", comeBack);
  document.addEventListener("visibilitychange", comeBack);
  tabs.addEventListener("message", ({ data }) => {
    if (data === "articles") comeBack();
  });
  hear("changed", () => {
    trigger("changed");
    tabs.postMessage("articles");
  });
};

parts.controls = ({ element: shown, watch }) => {
  let pending;
  const form = () => shown.querySelector("form");

  function look() {
    clearTimeout(pending);
    const asked = Object.fromEntries(new FormData(form()));
    if (Object.keys(asked).some((name) => asked[name] !== looked[name])) say("look", asked);
  }

  shown.addEventListener("input", (event) => {
    clearTimeout(pending);
    if (event.target.type === "search") pending = setTimeout(look, TYPING);
    else look();
  });
  shown.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });

  function show() {
    for (const part of form()?.elements ?? []) part.value = looked[part.name];
  }
  hear("looked", ({ everything }) => everything && show());
  watch("value", show);
};

parts.list = ({ element: shown, trigger, watch }) => {
  let turned = false; // a page was turned: the top of the next one comes into view
  const chosen = () => [...shown.querySelectorAll(".dl-chosen-one:checked")].map((each) => each.value);

  function remove(articles) {
    const open = document.querySelector("#reader [data-shown]")?.dataset.shown ?? "";
    for (const each of shown.querySelectorAll(".dl-item")) {
      if (articles.includes(each.querySelector("[data-remove]").dataset.remove)) each.setAttribute("aria-busy", "true");
    }
    trigger("remove", { articles, open });
  }

  function tell() {
    const button = shown.querySelector("[data-remove-chosen]");
    const many = chosen().length;
    if (button) button.hidden = !many;
    if (button) button.textContent = `Remove ${many}`;
  }

  shown.addEventListener("change", tell);
  shown.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { remove: one, page: turn, everything } = button.dataset;
    if (button.dataset.to) {
      byId(button.dataset.to).scrollIntoView({ block: "start" });
      byId(button.dataset.to).querySelector("button, input")?.focus({ preventScroll: true });
    } else if (one) remove([one]);
    else if (turn) {
      turned = true;
      say("look", { page: Number(turn) });
    } else if (everything !== undefined) {
      filters.set({ since: "", until: "" });
      say("look", { words: "", publisher: "", everything: true });
    } else if (button.dataset.choose !== undefined) {
      const choosing = shown.classList.toggle("dl-choosing-some");
      button.textContent = choosing ? "Choose none" : "Choose several";
      for (const each of shown.querySelectorAll(".dl-chosen-one")) each.checked = false;
      tell();
    } else if (button.dataset.removeChosen !== undefined) remove(chosen());
  });

  // Arrow keys go from title to title.
  shown.addEventListener("keydown", (event) => {
    const titles = [...shown.querySelectorAll(".dl-open")];
    const place = titles.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: titles.length - 1 };
    if (place < 0 || !(event.key in next)) return;
    event.preventDefault();
    titles[Math.max(0, Math.min(titles.length - 1, next[event.key]))].focus();
  });

  watch("value", () => {
    for (const row of shown.querySelectorAll("[aria-busy]")) row.removeAttribute("aria-busy");
    for (const each of shown.querySelectorAll(".dl-chosen-one")) each.checked = false;
    shown.classList.remove("dl-choosing-some");
    tell();
    if (!turned) return;
    turned = false;
    const found = shown.querySelector(".dl-found");
    found?.scrollIntoView({ block: "start" });
    found?.focus({ preventScroll: true });
  });
};

parts.notice = ({ element: shown, trigger, watch }) => {
  shown.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-undo]");
    if (!button) return;
    button.disabled = true;
    trigger("undo");
  });
  // What was in focus is gone: the next thing to do is here.
  watch("value", () => {
    tabs.postMessage("articles");
    const told = shown.querySelector(".dl-removed");
    if (!told) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    (told.querySelector("button") ?? told).focus({ preventScroll: true });
  });
};

// Told anew each time that it is opened; what takes long is asked about once more, in the page.
parts.status = ({ element: shown, trigger }) => {
  shown.addEventListener(
    "toggle",
    ({ target }) => {
      if (target.matches(".dl-status") && target.open) trigger("unfold");
    },
    { capture: true },
  );
  shown.addEventListener("click", ({ target }) => {
    const { use: model } = target.closest("[data-use]")?.dataset ?? {};
    if (model !== undefined) trigger("use", { model });
    if (!target.closest("[data-rebuild]")) return;
    byId("rebuild").hidePopover();
    say("add", { kind: "rebuild" });
  });
};
