/* What makes translating quicker. Nothing needs it. */
"use strict";

const form = document.querySelector("form.translating");

// The checks while somebody types: what the page would say of these words if they were sent.
let waiting;
let asked = 0;
const check = async () => {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "check");
  const turn = ++asked;
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok || turn !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of form.querySelectorAll("[data-fresh]")) {
    const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
  }
  for (const field of form.querySelectorAll("textarea")) {
    field.setAttribute("aria-invalid", page.getElementById(field.id).getAttribute("aria-invalid"));
  }
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => check().catch(() => {}), 300);
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector("[value=next]").click();
});
