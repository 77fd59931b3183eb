const SETTLED = 200; // milliseconds: a key held down, a date being typed

// Bars of articles over time, over which days are brushed: those of the questions, too.
parts.timeline = ({ element, watch }) => {
  // ISO days, empty where the end is open; the questions may have been narrowed before.
  let chosen = { ...filters.days() };
  let pending;
  let began = null; // the bar where a drag over the bars began

  const $ = (selector) => element.querySelector(selector);
  const bars = () => JSON.parse($(".dl-timeline")?.dataset.bars ?? "[]");
  const whole = () => $(".dl-timeline").dataset.whole === "yes";

  /** The numbers of the first and last bar that the chosen days touch. */
  function ends(all) {
    const { since, until } = chosen;
    let first = since ? all.findIndex((bar) => bar[1] >= since) : 0;
    if (first < 0) first = all.length - 1;
    let last = until ? all.findLastIndex((bar) => bar[0] <= until) : all.length - 1;
    if (last < 0) last = 0;
    return [Math.min(first, last), Math.max(first, last)];
  }

  function show() {
    const all = bars();
    if (!all.length) return;
    const [first, last] = ends(all);
    const some = Boolean(chosen.since || chosen.until);
    const brush = $(".dl-brush");
    brush.hidden = !some;
    brush.style.insetInlineStart = `${(100 * first) / all.length}%`;
    brush.style.inlineSize = `${(100 * (last - first + 1)) / all.length}%`;
    for (const [name, place] of [["first", first], ["last", last]]) {
      const thumb = $(`[name=${name}]`);
      thumb.value = place;
      thumb.setAttribute("aria-valuetext", all[place][3]);
    }
    $("[name=since]").value = chosen.since;
    $("[name=until]").value = chosen.until;
    $("[data-ask]").disabled = !some;
    $("[data-closer]").disabled = !some || all.length === 1;
    $("[data-clear]").disabled = !some && whole();
    const said = first === last ? all[first][3] : `${all[first][3]} to ${all[last][3]}`;
    const articles = all.slice(first, last + 1).reduce((sum, bar) => sum + bar[2], 0);
    const noun = articles === 1 ? "article" : "articles";
    $(".dl-chosen").textContent = some ? `${said}: ${articles.toLocaleString("en")} ${noun}` : "";
  }

  function tell() {
    clearTimeout(pending);
    filters.set({ ...chosen });
  }

  /** Choose the days of these bars; at both ends of everything the choice is open. */
  function choose(first, last) {
    const all = bars();
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    chosen = {
      since: from === 0 && whole() ? "" : all[from][0],
      until: to === all.length - 1 && whole() ? "" : all[to][1],
    };
    show();
  }

  function settle() {
    clearTimeout(pending);
    pending = setTimeout(tell, SETTLED);
  }

  element.addEventListener("input", ({ target }) => {
    if (target.type === "range") {
      const [first, last] = ["first", "last"].map((name) => Number($(`[name=${name}]`).value));
      if (target.name === "first") choose(Math.min(first, last), last);
      else choose(first, Math.max(first, last));
    } else {
      chosen = { since: $("[name=since]").value, until: $("[name=until]").value };
      if (chosen.since && chosen.until && chosen.since > chosen.until) return;
      show();
    }
    settle();
  });

  function barAt(event) {
    const { left, width } = $(".dl-bars").getBoundingClientRect();
    const all = bars().length;
    return Math.max(0, Math.min(all - 1, Math.floor(((event.clientX - left) / width) * all)));
  }
  element.addEventListener("pointerdown", (event) => {
    const picture = event.target.closest(".dl-bars");
    if (!picture || event.button) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    began = barAt(event);
    choose(began, began);
  });
  element.addEventListener("pointermove", (event) => {
    if (began !== null) choose(began, barAt(event));
  });
  // Cancelled where the page is being scrolled instead.
  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, () => {
      if (began === null) return;
      began = null;
      tell();
    });
  }

  element.addEventListener("click", (event) => {
    const { ask, closer, clear } = event.target.closest("button")?.dataset ?? {};
    if (ask !== undefined) {
      tell();
      say("tab", "ask");
      box().focus();
    }
    if (closer !== undefined) {
      const all = bars();
      const [first, last] = ends(all);
      const near = [chosen.since || all[first][0], chosen.until || all[last][1]];
      say("look", { near_since: near[0], near_until: near[1] });
    }
    if (clear !== undefined) {
      chosen = { since: "", until: "" };
      show();
      say("look", { near_since: null, near_until: null });
      filters.set({ ...chosen });
      $("[name=first]")?.focus();
    }
  });

  hear("filtered", (days) => {
    chosen = { ...days };
    show();
  });
  watch("value", show);
  show();
};
