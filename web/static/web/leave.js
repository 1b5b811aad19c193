// Who signs out leaves nothing of theirs in this browser; a session that ends by itself keeps drafts.
"use strict";
document.querySelectorAll("form[data-leaves]").forEach((form) =>
  form.addEventListener("submit", () => {
    const beginning = `abhilekh ${form.dataset.leaves} `;
    Object.keys(localStorage).filter((key) => key.startsWith(beginning)).forEach((key) => localStorage.removeItem(key));
  }));
