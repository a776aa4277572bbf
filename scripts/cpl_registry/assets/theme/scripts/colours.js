// The colours of the page: those of the machine, unless the reader chose others here. It runs before
// the first paint, so that no page flashes, and keeps the choice in this browser alone.
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
root.toggleAttribute("data-asked", ["q", "a", "act", "id"].some((name) => given.has(name)));
root.toggleAttribute("data-scripts", true);
if (["light", "dark"].includes(chosen())) root.dataset.colours = chosen();

addEventListener("DOMContentLoaded", () => {
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
