// Where an entry is shown: its own page, or the one page that shows any. The foot of every page tells.

export const addressOf = (id, root) =>
  new URL(document.querySelector("[data-entry]").dataset.entry.replace("{id}", encodeURIComponent(id)), root);
