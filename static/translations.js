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
    if (fresh && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
  }
  for (const field of form.querySelectorAll("textarea")) {
    field.setAttribute("aria-invalid", page.getElementById(field.id).getAttribute("aria-invalid"));
  }
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => check().catch(() => {}), 300);
});

// What only a script does is hidden without one.
for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

// A key presses whatever says in `aria-keyshortcuts` that it is its own. Figures by their place: some layouts have them
// above a letter.
document.addEventListener("keydown", (event) => {
  const held = [(event.ctrlKey || event.metaKey) && "Control", event.altKey && "Alt", event.shiftKey && "Shift"];
  const key = event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  const shortcut = [...held, key].filter(Boolean).join("+");
  const control = document.querySelector(`[aria-keyshortcuts="${CSS.escape(shortcut)}"]`);
  if (!control || event.isComposing) return;
  event.preventDefault();
  control.click();
});

// Buttons type where the cursor is, or was; taking it back works as after typing.
let field = form.querySelector("textarea[autofocus]") ?? form.querySelector("textarea");
form.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) field = event.target; });
form.addEventListener("click", (event) => {
  const button = event.target.closest(".insertions button");
  if (!button) return;
  field.focus();
  document.execCommand("insertText", false, button.dataset.insert ?? field.dataset.source);
});

// The words of another message take the place of what stands in the fields.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  event.preventDefault();
  const words = JSON.parse(button.dataset.take);
  for (const [number, area] of [...form.querySelectorAll("textarea")].entries()) {
    area.select();
    document.execCommand("insertText", false, words[number]);
  }
});
