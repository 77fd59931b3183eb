// Told when it is opened, and anew while it is open.
element.querySelector("details").addEventListener("toggle", (event) => {
  if (event.target.open) trigger("unfold");
});
