// The masthead with its tabs, and what a reader may begin with.
const names = ["ask", "articles"];

function choose(name, focus) {
  if (document.body.dataset.tab === name && !focus) return;
  document.body.dataset.tab = name;
  for (const each of names) {
    const tab = byId(`tab-${each}`);
    if (!tab) continue;
    tab.setAttribute("aria-selected", String(each === name));
    tab.tabIndex = each === name ? 0 : -1;
    if (focus && each === name) tab.focus();
  }
  const asked = name === "ask" && document.querySelector(".dl-turn");
  window.scrollTo(0, asked ? document.body.scrollHeight : 0);
}

parts.masthead = ({ element: shown, props, watch }) => {
  watch("value", () => {
    byId("counts").textContent = props.value ?? "";
    say("overviewed");
  });
  for (const each of names) {
    byId(each)?.setAttribute("role", "tabpanel");
    byId(each)?.setAttribute("aria-labelledby", `tab-${each}`);
  }
  choose("ask");
  shown.addEventListener("click", ({ target }) => {
    const tab = target.closest("[role=tab]");
    if (tab) choose(tab.id.slice(4));
  });
  shown.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !event.target.matches("[role=tab]")) return;
    event.preventDefault();
    choose(names[(names.indexOf(event.target.id.slice(4)) + step + names.length) % names.length], true);
  });
};
hear("tab", (name) => choose(name));
hear("under-way", (words) => {
  const told = document.querySelector(".dl-under-way");
  if (told) told.textContent = words;
});

parts.start = ({ element: shown, trigger, watch }) => {
  let making = false;

  // Made once for each change of the index, on the server and not while the page waits for it.
  async function look() {
    const place = shown.querySelector("#begin[data-make]");
    if (!place || making || !page.name) return;
    making = true;
    try {
      await work("start", {}, ({ html }) => {
        const now = shown.querySelector("#begin");
        if (!now || html === undefined) return;
        const fresh = now.cloneNode(false);
        fresh.removeAttribute("data-make");
        fresh.append(make(html));
        morph(now, fresh); // what has the focus keeps it
      });
    } catch {
      // the page stands without
    }
    making = false;
  }
  watch("value", look);
  hear("named", look);

  shown.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { question, article, about, outlet, day } = button.dataset;
    if (question) say("enter", question);
    else if (article) {
      say("opener", button);
      trigger("open", { article });
    } else if (about) filters.only(about, button.dataset.title);
    else if (outlet || day) {
      filters.set(outlet ? { publishers: [outlet] } : { since: day, until: day });
      box().focus();
    } else if (button.dataset.do === "add") {
      choose("articles");
      byId("add-tab-files")?.focus();
    } else if (button.dataset.do === "samples") say("add", { kind: "samples" });
  });
};
