// Told anew each time that it is opened.
element.querySelector("details").addEventListener("toggle", (event) => {
  if (event.target.open) trigger("unfold");
});
