// What is suggested after an answer comes into view with it, if that hides nothing of the question.
watch("value", () => {
  const turn = [...document.querySelectorAll(".dl-turn")].pop();
  if (!turn || !element.querySelector("button")) return;
  const form = document.querySelector(".dl-ask").offsetHeight;
  const hidden = element.getBoundingClientRect().bottom + form - window.innerHeight;
  const room = turn.getBoundingClientRect().top - 16;
  if (hidden > 0 && room > 0) window.scrollBy(0, Math.min(hidden, room));
});
