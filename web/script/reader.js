// The panel beside the chat, with an article or a story; on a phone a sheet with a Back of its own.

parts.reader = ({ element: shown, trigger, props, watch }) => {
  let opened = "";
  let opener = null; // what has the focus again afterwards
  let before = []; // what was shown before, for Back
  let stepping = false;
  const article = () => shown.querySelector(".dl-article");

  // The quoted words, or the headline where none are quoted, come into view and take the focus.
  watch("value", () => {
    document.body.classList.toggle("dl-reading", Boolean(article()));
    if (!article()) before = [];
    if (!article() || article().dataset.opened === opened) return;
    opened = article().dataset.opened;
    article().classList.toggle("dl-deeper", before.length > 0);
    if (phone.matches && !history.state?.sheet) history.pushState({ sheet: true }, "");
    byId("reader").scrollTo(0, 0);
    const target = shown.querySelector("mark") ?? shown.querySelector(".dl-headline");
    if (!target) return;
    target.scrollIntoView({ block: target.tagName === "MARK" ? "center" : "nearest" });
    target.focus({ preventScroll: true });
  });

  function shut() {
    props.value = "";
    before = [];
    document.body.classList.remove("dl-reading");
    opened = "";
    if (history.state?.sheet && !stepping) history.back();
    const again = [opener, byId(opener?.id)].find((each) => each?.checkVisibility());
    // Gone with what was shown while its question was read. On a phone the box brings up the keys.
    const instead = phone.matches && document.querySelector(".dl-turn:last-child button");
    (again ?? (instead || box())).focus();
  }

  function back() {
    if (!before.length) return shut();
    props.value = before.pop();
    opened = article()?.dataset.opened ?? "";
    requestAnimationFrame(() => {
      article()?.classList.toggle("dl-deeper", before.length > 0);
      shown.querySelector(".dl-headline")?.focus({ preventScroll: true });
    });
  }

  window.addEventListener("popstate", () => {
    if (!article()) return;
    stepping = true;
    shut();
    stepping = false;
  });

  shown.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { only, back: backwards, shut: away } = button.dataset;
    if (only && phone.matches) shut();
    if (backwards !== undefined) back();
    if (away !== undefined) shut();
  });

  // Wherever an article, a story or the words of a citation are offered, they open here.
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    const { article: wanted, story, citation, turn } = button?.dataset ?? {};
    if (!wanted && !story && !citation) return;
    if (shown.contains(button)) before.push(props.value);
    else opener = button;
    if (citation) trigger("cite", { turn, citation });
    else if (wanted) trigger("open", { article: wanted });
    else trigger("story", { article: story });
  });

  shown.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    back();
  });
  hear("shut-reader", shut);
};
