/* What makes the studio more comfortable. Nothing needs it. */
"use strict";

// Counts characters while somebody types, as the server counted them: by code point.
for (const input of document.querySelectorAll("[data-count]")) {
  const count = document.getElementById(input.dataset.count);
  input.addEventListener("input", () => {
    count.textContent = count.textContent.replace(/\d+/, [...input.value].length);
  });
}

// Shows words in their frames while somebody types: the page that the button “Show in the page” would bring.
for (const form of document.querySelectorAll("form.editing")) {
  let waiting;
  let asked = 0;
  const show = async () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "preview");
    const turn = ++asked;
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const frame of form.querySelectorAll("[data-frame]")) {
      const fresh = page.querySelector(`[data-frame="${frame.dataset.frame}"]`);
      frame.contentWindow.location.replace(fresh.src); // no entry in the browser's history for every word
    }
    for (const link of form.querySelectorAll("[data-whole]")) {
      link.href = page.querySelector(`[data-whole="${link.dataset.whole}"]`).href;
    }
    form.querySelector("#studio_link").value = page.querySelector("#studio_link").value;
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), 300);
  });
}
