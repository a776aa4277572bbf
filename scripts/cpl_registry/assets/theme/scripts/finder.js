// The finder: what is asked for stands in the address, what is found in the table, a hundred rows at a
// time. The page has its rows without this; here they follow the question. In the file for offline use
// the data lie in the page itself.

import { showGuides } from "./finder-guides.js";
import { element, entries, number, rowOf, foundTable } from "./finder-rows.js";
import { FACETS } from "./finding.js";
import { listOf } from "./list.js";
import { csvOf, save } from "./tables.js";

const SHOWN = 100;
const PAUSE = 60; // milliseconds
const part = (id) => document.getElementById(id);
const within = part("data");
const root = within ? null : new URL("../", import.meta.url);
const form = part("find");
const heads = [...part("table").tHead.rows[0].cells];
const asked = { sort: "", down: false, page: 1 };
const title = document.title;
let odd = []; // what the address asks for and the list does not have
let list;
let result;
let turn = 0;
let built = true; // the rows that the page brought are there still

async function fetched(path) {
  const said = await fetch(new URL(path, root));
  if (!said.ok) throw new Error(`HTTP ${said.status}`);
  return said.json();
}

// Options keep their places; only their counts change, and those that would find nothing say so.
function recount(counts) {
  for (const facet of FACETS)
    for (const option of part(`find-${facet}`).options)
      if (option.value) option.textContent = `${option.value} (${number(counts[facet].get(option.value) ?? 0)})`;
}

// How a text reads as one whole Device Model, in any writing that "Check my meter" reads; null where it does not.
async function wholeOf(text) {
  if (!root || text.replace(/[^0-9a-f]/gi, "").length < 20) return null;
  const { entryId, keyOf, read } = await import("./reading.js");
  const one = read(text);
  return one.problems.length || one.elsewhere ? null : { id: one.type ? entryId(one) : keyOf(one).replaceAll("-", " ").toUpperCase(), digits: keyOf(one).replaceAll("-", "") };
}

// What moves with the rows is made anew with them: it comes into sight, and does not jump there. The rows
// themselves only at first: later somebody may have the focus in their table.
function anew(change) {
  const first = document.documentElement.dataset.finder ? null : part("table").closest(".cpl-found");
  const moved = [first, part("below"), document.querySelector("footer")].filter(Boolean);
  for (const one of moved) one.hidden = true;
  document.documentElement.dataset.finder = "rows";
  change();
  document.body.getBoundingClientRect();
  for (const one of moved) one.hidden = false;
  document.documentElement.dataset.finder = "ready";
}

const reading = (done, total) => {
  part("found").textContent = `Reading the list: ${number(done)} of ${entries(total)}`;
};

// What is asked later may be answered earlier: only the last answer is shown.
async function show() {
  turn += 1;
  const mine = turn;
  const tell = list.complete ? undefined : (...how) => mine === turn && reading(...how);
  try {
    const text = form.elements.q.value;
    const whole = await wholeOf(text);
    const chosen = Object.fromEntries(FACETS.map((facet) => [facet, form.elements[facet].value]));
    const found = await list.find({ text: whole?.digits ?? text, chosen, sort: asked.sort, down: asked.down }, tell);
    if (mine !== turn) return;
    const pages = Math.max(1, Math.ceil(found.total / SHOWN));
    asked.page = Math.min(Math.max(1, asked.page), pages);
    const table = part("table").tBodies[0];
    const stands = built && found.everything && asked.page === 1 && table.rows.length === Math.min(SHOWN, found.total);
    const rows = stands ? [] : await found.rows((asked.page - 1) * SHOWN, SHOWN);
    if (mine !== turn) return;
    result = found;
    const tellAll = () => {
      tellOf(found, text, pages);
      offer(found, text.trim(), whole);
    };
    if (stands) tellAll();
    else anew(() => {
      table.replaceChildren(...rows.map((one) => rowOf(one, root)));
      tellAll();
    });
    built = stands;
  } catch {
    if (mine !== turn) return;
    turn += 1; // what still comes in tells no progress
    part("found").textContent = "Not found: a part of the list could not be fetched. Try again.";
  }
}

function tellOf(found, text, pages) {
  const first = (asked.page - 1) * SHOWN;
  recount(found.counts);
  const all = found.total === list.total;
  const count = all ? entries(list.total) : `${entries(found.total)} of ${number(list.total)}`;
  part("found").textContent = [count, ...odd].join(". ");
  document.title = all ? title : `${count}${text.trim() && `: ${text.trim()}`} - ${title}`;
  const some = FACETS.filter((facet) => form.elements[facet].value).length;
  part("chosen").textContent = some ? ` (${some} chosen)` : "";
  part("chosen").closest("details").toggleAttribute("data-chosen", some > 0);
  const by = heads.find((head) => head.dataset.column === asked.sort)?.textContent;
  part("entries").textContent = `${all ? "Every entry of the register" : "The entries found"}, ${by ? `by ${by}${asked.down ? ", last first" : ""}` : "in the order of the entry ids"}`;
  part("pager").hidden = pages === 1;
  part("where").textContent = `${number(first + 1)} to ${number(Math.min(first + SHOWN, found.total))} of ${number(found.total)}`;
  part("earlier").disabled = asked.page === 1;
  part("later").disabled = asked.page === pages;
  part("save").disabled = found.total === 0;
  for (const head of heads) {
    if (head.dataset.column === asked.sort) head.setAttribute("aria-sort", asked.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  if (root && part("guides")) showGuides(part("guides"), root, text, () => form.elements.q.value === text);
}

// Of one Device Model people ask whether it may be installed: that is not for the finder to say.
function offer(found, text, whole) {
  if (!part("may")) return;
  const asks = whole || (text && !found.total);
  const link = element("a", asks ? `Check ${whole?.id ?? text}` : "Check my meter");
  link.href = new URL(`check/${asks ? `?${new URLSearchParams({ q: text })}` : ""}`, root);
  part("may").replaceChildren(...(asks ? ["May it be installed? ", link] : ["May a certain device be installed? ", link, " answers that."]));
  part("smets1").hidden = !asks || found.total > 0;
}

// Whoever comes with a question sees first what was found.
function bringUp() {
  if (!part("may") || ![...new FormData(form)].some(([, value]) => value)) return;
  part("found").focus({ preventScroll: true });
  if (part("table").getBoundingClientRect().top > innerHeight / 2) part("may").scrollIntoView({ block: "start" });
}

// --- the address ---------------------------------------------------------------------------------

// A file has no query that a browser would let it change: there the question stands behind a `#`.
function write(push) {
  const kept = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  if (asked.sort) kept.set("sort", asked.sort);
  if (asked.down) kept.set("order", "down");
  if (asked.page > 1) kept.set("page", asked.page);
  const address = root ? `${location.pathname}${kept.size ? `?${kept}` : ""}` : `#${kept}`;
  if ((root ? location.pathname + location.search : location.hash || "#") === address) return;
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

function fromAddress() {
  const given = new URLSearchParams(root ? location.search : location.hash.slice(1));
  form.elements.q.value = given.get("q") ?? "";
  odd = [];
  for (const facet of FACETS) {
    const word = (given.get(facet) ?? "").trim();
    const { options, labels } = form.elements[facet];
    const meant = [...options].find((option) => option.value.toLowerCase() === word.toLowerCase());
    form.elements[facet].value = meant?.value ?? "";
    if (!meant) odd.push(`${labels[0].textContent} “${word}” is none of the list’s and was left out`);
  }
  const sort = (given.get("sort") ?? "").toLowerCase();
  asked.sort = heads.some((head) => head.dataset.column === sort) ? sort : "";
  asked.down = given.get("order") === "down";
  asked.page = Math.trunc(Number(given.get("page"))) || 1;
  return show();
}

function change(push) {
  odd = [];
  asked.page = 1;
  write(push);
  return show();
}

function listen() {
  // A key is answered at once, unless one just before it was: of a very long list, each answer takes time.
  let waiting = 0;
  let rested = 0;
  const answer = async () => {
    rested = Infinity;
    await change(false);
    rested = performance.now() + PAUSE;
  };
  form.elements.q.addEventListener("input", () => {
    clearTimeout(waiting);
    const left = Math.min(PAUSE, rested - performance.now());
    if (left > 0) waiting = setTimeout(answer, left);
    else answer();
  });
  form.addEventListener("change", (event) => event.target !== form.elements.q && change(true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    change(true);
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const one of form.elements) if (one.name) one.value = "";
    Object.assign(asked, { sort: "", down: false });
    change(true);
    form.elements.q.focus();
  });
  for (const head of heads) {
    const button = element("button", head.textContent, "cpl-sort");
    button.type = "button";
    button.addEventListener("click", () => {
      asked.down = asked.sort === head.dataset.column && !asked.down;
      asked.sort = head.dataset.column;
      change(true);
    });
    head.replaceChildren(button);
  }
  for (const [id, step] of [["earlier", -1], ["later", 1]]) {
    part(id).addEventListener("click", async () => {
      asked.page += step;
      await show();
      write(true);
      const region = part("table").parentElement;
      region.focus({ preventScroll: true });
      region.scrollIntoView({ block: "start" });
    });
  }
  part("save").addEventListener("click", async () => {
    save("cpl-found.csv", csvOf(foundTable(await result.rows(0, result.total))));
  });
  addEventListener("popstate", fromAddress);
}

try {
  list = listOf(within ? JSON.parse(within.textContent) : await fetched("api/v1/finder.json"), fetched);
  listen();
  await fromAddress();
  document.documentElement.dataset.finder = "ready";
  bringUp();
} catch {
  part("found").textContent += ". Finding is not possible just now: the list could not be fetched.";
}
