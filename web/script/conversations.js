// The drawer with the kept conversations.
const NAME = "dateline.conversations";
let untold = false; // whether other tabs are to be told, once what was done here is done
let stored = null; // what this browser remembers, where it does; else the drawer begins shut
try {
  stored = localStorage;
} catch {}
const drawer = () => byId("conversations");
const toggle = () => document.querySelector(".dl-toggle");

function show(open) {
  drawer()?.classList.toggle("dl-shown", open);
  toggle()?.setAttribute("aria-expanded", String(open));
}

function remember(open) {
  if (stored) stored[NAME] = open ? "open" : "closed";
}

function shut(focus) {
  show(false);
  if (!phone.matches) remember(false);
  if (focus) toggle()?.focus();
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest?.(".dl-toggle")) return;
  const open = toggle().getAttribute("aria-expanded") !== "true";
  show(open);
  remember(open);
  if (open) drawer()?.querySelector(".dl-search")?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menuIsOpen() || !event.target.closest?.("#conversations")) return;
  event.preventDefault();
  shut(true);
});

parts.drawerHead = ({ element: shown, trigger }) => {
  let waiting = 0;
  drawer()?.setAttribute("role", "region");
  drawer()?.setAttribute("aria-label", "Conversations");
  show(!phone.matches && stored?.[NAME] === "open");
  const search = shown.querySelector(".dl-search");
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const opened = document.querySelector(".dl-opened")?.dataset.conversation ?? "";
      trigger("find", { search: search.value, opened });
    }, 150);
  });
  shown.addEventListener("click", ({ target }) => {
    const wish = target.closest("button")?.dataset.do;
    if (wish === "shut") shut(true);
    if (wish === "anew") {
      if (phone.matches) shut(false);
      say("clear");
    }
  });
};

parts.drawerFoot = ({ element: shown, trigger }) => {
  shown.addEventListener("click", ({ target }) => {
    const wish = target.closest("button")?.dataset.do;
    if (wish === "judged") trigger("judged");
    if (wish === "wipe") {
      byId("wipe").hidePopover();
      say("left");
      say("keeping");
      trigger("wipe");
    }
  });
};

parts.kept = ({ element: shown, trigger, watch }) => {
  function rename(item) {
    const { conversation, name } = item.dataset;
    const open = item.querySelector(".dl-kept-open");
    const input = element("input", "dl-search");
    input.value = name;
    input.maxLength = 200;
    input.setAttribute("aria-label", "New name");
    open.hidden = true;
    open.after(input);
    input.focus();
    input.select();
    function finish() {
      open.hidden = false;
      input.remove();
      if (!input.value.trim() || input.value === name) return;
      say("keeping");
      trigger("retitle", { conversation, name: input.value });
    }
    input.addEventListener("blur", finish, { once: true });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") input.value = name;
      open.hidden = false;
      open.focus(); // which ends it
    });
  }

  function fetch(conversation) {
    say("left");
    trigger("fetch", { conversation });
  }

  shown.addEventListener("click", ({ target }) => {
    const wish = target.closest("button")?.dataset.do;
    const item = target.closest(".dl-kept");
    if (!wish || !item) return;
    const { conversation } = item.dataset;
    const isOpen = item.querySelector("[aria-current]") !== null;
    item.querySelector("[popover]").hidePopover();
    if (wish === "retitle") rename(item);
    else if (wish === "markdown" || wish === "json") trigger("export", { conversation, form: wish });
    else if (wish === "drop") {
      if (isOpen) say("stop");
      if (isOpen) say("left");
      say("keeping");
      trigger("drop", { conversation });
    } else if (wish === "fetch") {
      // It is on the page already, and an answer on its way would be stopped.
      if (isOpen && document.querySelector(".dl-turn[data-finished=no]")) return;
      fetch(conversation);
      say("tab", "ask");
      if (phone.matches) shut(false);
    }
  });

  window.addEventListener("hashchange", () => {
    const conversation = decodeURIComponent(location.hash.slice(1));
    if (conversation) fetch(conversation);
  });
  tabs.addEventListener("message", ({ data }) => {
    if (data === "conversations") trigger("refresh");
  });
  // Not before the list is here as it is now: another tab would fetch the one before.
  hear("keeping", () => (untold = true));
  watch("value", () => {
    if (untold) tabs.postMessage("conversations");
    untold = false;
  });
};

// A line that goes away by itself, unless something can be undone or it is pointed at.
parts.told = ({ element: shown, trigger, props, watch }) => {
  const GOES_AFTER = 8_000; // milliseconds
  let going = 0;
  const go = () => {
    if (shown.matches(":hover, :focus-within")) going = setTimeout(go, GOES_AFTER);
    else props.value = "";
  };
  shown.addEventListener("click", ({ target }) => {
    const wish = target.closest("button")?.dataset.do;
    if (wish === "undo") {
      say("keeping");
      trigger("undo");
    }
    if (wish === "hush") props.value = "";
  });
  watch("value", () => {
    clearTimeout(going);
    if (props.value) going = setTimeout(go, GOES_AFTER);
    // The button that was chosen is gone with what it deleted.
    if (document.activeElement === document.body) shown.querySelector("[data-do=undo]")?.focus();
  });
};

parts.download = ({ element: shown, props, watch }) => {
  let handedOver = "";
  watch("value", () => {
    const file = shown.querySelector(".dl-download");
    if (!file || file.dataset.number === handedOver) return;
    handedOver = file.dataset.number;
    const blob = new Blob([file.dataset.text], { type: `${file.dataset.type};charset=utf-8` });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = file.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    props.value = "";
  });
};
