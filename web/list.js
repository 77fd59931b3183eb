element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.article) trigger("open", { article: button.dataset.article });
  if (button.dataset.question) trigger("example", { question: button.dataset.question });
});
