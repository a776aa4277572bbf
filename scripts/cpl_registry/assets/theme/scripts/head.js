// The head of every page: its colours, and where its box leads. The colours are those of the machine, unless
// the reader chose others here: it runs before the first paint, so that no page flashes, and keeps the choice
// in this browser alone.
const KEPT = "cpl-colours";
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage is switched off: the machine's colours, then
  }
};
const now = () => root.dataset.colours ?? (dark.matches ? "dark" : "light");

// A page that is asked something by its address keeps room for the answer, and every page for what its
// script will show, so that nothing jumps.
const given = new URLSearchParams(location.search);
root.toggleAttribute("data-asked", ["q", "a", "act", "id"].some((name) => given.get(name)?.trim()));
root.toggleAttribute("data-scripts", true);
if (["light", "dark"].includes(chosen())) root.dataset.colours = chosen();

// A whole Device Model in the box of the head is asked about at once, as from the home page. Parts of one, and
// names, are for the finder, where the box leads without this.
const WHOLE = 20; // letters and digits, if one of them may be a slip
async function lead(event) {
  const form = event.currentTarget;
  const text = form.elements.q.value;
  if (text.replace(/[^0-9a-z]/gi, "").length < WHOLE) return;
  event.preventDefault();
  try {
    const { insteadOf, read } = await import("./reading.js");
    const found = read(text);
    if (found.problems.length && !insteadOf(text, found)) form.submit();
    else location.assign(new URL(`../check/?${new URLSearchParams({ q: text })}`, form.action));
  } catch {
    form.submit();
  }
}

addEventListener("DOMContentLoaded", () => {
  document.querySelector(".cpl-head__find").addEventListener("submit", lead);
  const button = document.getElementById("colours");
  const label = () => {
    button.textContent = now() === "dark" ? "Light colours" : "Dark colours";
  };
  button.addEventListener("click", () => {
    root.dataset.colours = now() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEPT, root.dataset.colours);
    } catch {
      // the choice holds for this page
    }
    label();
  });
  dark.addEventListener("change", label);
  label();
  button.hidden = false;
});
