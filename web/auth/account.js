element.addEventListener("click", async (event) => {
  if (!event.target.closest("#log-out")) return;
  await fetch("logout", { method: "POST", body: "", redirect: "manual" });
  location.assign("login");
});
