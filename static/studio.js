/* What makes the studio more comfortable. Nothing needs it. */
"use strict";

// Counts characters while somebody types, as the server counted them: by code point.
for (const input of document.querySelectorAll("[data-count]")) {
  const count = document.getElementById(input.dataset.count);
  input.addEventListener("input", () => {
    count.textContent = count.textContent.replace(/\d+/, [...input.value].length);
  });
}
