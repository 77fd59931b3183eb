// What a reader looks for: one record, which every part of the tab changes through here.
let looked = {};

function look(changes) {
  looked = { ...looked, page: 0, ...changes };
  props.value = JSON.stringify(looked);
  document.dispatchEvent(new CustomEvent("dateline-look", { detail: looked }));
}

window.datelineLook = (changes) => {
  look(changes);
  if ("since" in changes) trigger("brush");
};
window.datelineLooked = () => looked;

// The days of the questions are those of the timeline; told by what sets them elsewhere.
window.datelineDay = (name, day) => {
  if ((looked[name] ?? "") !== day) look({ [name]: day || null });
};

// Another tab may have changed the index meanwhile.
function comeBack() {
  if (document.hidden) return;
  const open = document.querySelector("#reader [data-shown]");
  trigger("returned", { article: open?.dataset.shown ?? "" });
}
window.addEventListener("focus", comeBack);
document.addEventListener("visibilitychange", comeBack);
