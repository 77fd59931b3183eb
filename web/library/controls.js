const TYPING = 250; // milliseconds without a key before it is looked for

let pending;
let looked = {};
const form = () => element.querySelector("form");

function look() {
  clearTimeout(pending);
  const { words, publisher, order } = form().elements;
  const asked = { words: words.value, publisher: publisher.value, order: order.value };
  if (Object.keys(asked).some((name) => asked[name] !== looked[name])) window.datelineLook(asked);
}

element.addEventListener("input", (event) => {
  clearTimeout(pending);
  if (event.target.type === "search") pending = setTimeout(look, TYPING);
  else look();
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});

function show() {
  for (const name of ["words", "publisher", "order"]) {
    const part = form()?.elements[name];
    const value = looked[name] ?? (name === "order" ? "newest" : "");
    if (part && part.value !== value) part.value = value;
  }
}
document.addEventListener("dateline-look", ({ detail }) => {
  looked = { words: "", publisher: "", order: "newest", ...detail };
  if (detail.everything) show();
});
watch("value", show);
looked = { words: "", publisher: "", order: "newest" };
