/* What makes the studio more comfortable. Nothing needs it. */
"use strict";

// Counts characters while somebody types, as the server counted them: by code point.
for (const input of document.querySelectorAll("[data-count]")) {
  const count = document.getElementById(input.dataset.count);
  input.addEventListener("input", () => {
    const length = [...input.value].length;
    const limit = Number(count.dataset.limit);
    const state = length > limit ? "over" : length > limit * 0.9 ? "near" : "";
    const text = length > limit ? count.dataset.over.replace("##", length - limit) : count.dataset.within;
    count.textContent = text.replace("#", length);
    // Said aloud when it turns, not at every key.
    if (state !== count.dataset.state) count.nextElementSibling.textContent = count.textContent;
    count.dataset.state = state;
  });
}

// Words that are not saved are not left behind without a question. A page that answered a form holds such words.
const isWritten = (form) => form?.querySelector("textarea:not([readonly])");
const isTab = (field) => field.name === "tab";
let unsaved = "unsaved" in document.body.dataset && [...document.forms].some(isWritten);
document.addEventListener("input", (event) => { if (isWritten(event.target.form) && !isTab(event.target)) unsaved = true; });
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// A double click is one click. Whoever waits longer may send again: the server knows what it has saved.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.timeStamp - Number(form.dataset.sent ?? -Infinity) < 1000) return event.preventDefault();
  form.dataset.sent = event.timeStamp;
  unsaved = false;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return; // over plain http browsers have no other way
    }
    const status = button.nextElementSibling;
    status.textContent = status.dataset.copied;
  });
}

// A new account lives where its browser does, by the name that the list has for the place.
for (const list of document.querySelectorAll("[data-browser-zone]")) {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isIt = (option) => option.value === name || option.dataset.also?.split(" ").includes(name);
  list.value = ([...list.options].find(isIt) ?? list).value;
}

// What is to be mended is where reading begins; browsers that know `autofocus` have done so already.
document.querySelector("#studio_errors[autofocus]")?.focus();

// On a narrow screen a field may be in another language than the one that is shown.
document.getElementById("studio_errors")?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.hash?.slice(1));
  const tab = field?.closest(".language")?.querySelector("[name=tab]");
  if (tab) tab.checked = true;
});

// Shows words in their frames while somebody types: the page that the button “Show in the page” would bring.
for (const form of document.querySelectorAll("form.editing")) {
  let waiting;
  let asked = 0;
  const stale = form.querySelector("#studio_stale");
  const show = async () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "preview");
    const turn = ++asked;
    const answer = await fetch(form.action, { method: "POST", body });
    if (turn !== asked) return;
    if (!answer.ok) throw new Error(answer.status);
    stale.textContent = "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const frame of form.querySelectorAll("[data-frame]")) {
      const fresh = page.querySelector(`[data-frame="${frame.dataset.frame}"]`);
      frame.contentWindow.location.replace(fresh.src); // no entry in the browser's history for every word
    }
    for (const link of form.querySelectorAll("[data-whole]")) {
      link.href = page.querySelector(`[data-whole="${link.dataset.whole}"]`).href;
    }
    const button = page.querySelector("#studio_publish");
    Object.assign(form.querySelector("#studio_publish"), { value: button.value, textContent: button.textContent, hidden: button.hidden });
    form.querySelector("#studio_barred").replaceWith(page.querySelector("#studio_barred"));
    const noneBefore = form.querySelector("#studio_none_before");
    noneBefore.hidden = page.querySelector("#studio_none_before").hidden;
    if (!noneBefore.hidden && form.elements.afterwards.value) form.elements.afterwards.value = "nothing";
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "live_from") form.elements.when.value = event.target.value ? "later" : "now";
    if (event.target.name === "live_until" && event.target.value && !form.elements.afterwards.value) form.querySelector("[name=afterwards]:enabled").checked = true;
    if (isTab(event.target)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => { stale.textContent = stale.dataset.said; }), 300);
  });
}
