// The masthead with its tabs, and what a reader may begin with.
parts.masthead = ({ element: shown, props, watch }) => {
  watch("value", () => {
    byId("counts").textContent = props.value ?? "";
    say("overviewed");
  });
  const choose = makeTabs(shown, (name) => {
    if (document.body.dataset.tab === name) return;
    document.body.dataset.tab = name;
    const asked = name === "ask" && document.querySelector(".dl-turn");
    window.scrollTo(0, asked ? document.body.scrollHeight : 0);
  });
  for (const each of ["ask", "articles"]) {
    byId(each)?.setAttribute("role", "tabpanel");
    byId(each)?.setAttribute("aria-labelledby", `tab-${each}`);
  }
  hear("tab", (name) => choose(byId(`tab-${name}`)));
  say("tab", "ask");
};
hear("under-way", (words) => {
  const told = document.querySelector(".dl-under-way");
  if (told) told.textContent = words;
});

parts.start = ({ element: shown, watch }) => {
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
    const wish = target.closest("button")?.dataset.do;
    if (wish === "add") {
      say("tab", "articles");
      byId("add-tab-files")?.focus();
    } else if (wish === "samples") say("add", { kind: "samples" });
  });
};
