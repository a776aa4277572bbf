// "Check my meter": reads what was given, fetches the answers of its manufacturer once, shows the one
// that is exact. The words of every answer come from the build; here they are only put in place.

import { addressOf } from "./addresses.js";
import { answerFiles } from "./answers.js";
import { entryId, lookup, NAMES, read } from "./reading.js";
import { listen } from "./check-many.js";

const ROOT = new URL("../", import.meta.url);
const part = (id) => document.getElementById(id);
const codes = part("codes");
const types = codes.dataset.types.split(" ").filter(Boolean);
const known = new Set([...codes.children].map((one) => one.dataset.code));
const answersOf = answerFiles(ROOT, Object.fromEntries([...codes.children].map(({ dataset }) => [dataset.code, dataset.parts ?? ""])));

export function wordOf(kind) {
  const { dataset, content } = part(`word-${kind}`);
  return { state: kind, ...dataset, sentence: content.textContent, notes: [] };
}

// What is said of a reading: answers, and what is near and is not it.
export async function answer(found) {
  if (found.problems.length || found.elsewhere === "type-2") return { said: [wordOf(found.elsewhere || "not-understood")], near: [] };
  let entries;
  try {
    entries = await answersOf(found.manufacturer, found.model);
  } catch {
    return { said: [wordOf("not-reached")], near: [] };
  }
  const { hits, near } = lookup(entries, found);
  if (found.elsewhere) return { said: [wordOf(found.elsewhere)], near: hits };
  return hits.length ? { said: hits, near: [] } : { said: [wordOf("not-listed")], near };
}

function article(one) {
  const made = part("answer").content.cloneNode(true);
  made.querySelector(".cpl-answer").classList.add(`cpl-answer--${one.tone}`);
  const tag = made.querySelector(".cpl-tag");
  tag.classList.add(`cpl-tag--${one.tone}`);
  tag.textContent = one.word;
  made.querySelector(".cpl-sentence").textContent = one.sentence;
  made.querySelector(".cpl-installing span").textContent = one.installing;
  const more = made.querySelector(".cpl-more");
  more.append(...one.notes.map((note) => element("li", note)));
  if (!one.notes.length) more.remove();
  const link = made.querySelector(".cpl-which a");
  if (one.entry_id) name(link, one);
  else link.parentElement.remove();
  return made;
}

function name(link, one) {
  link.href = addressOf(one.entry_id, ROOT);
  link.textContent = `${one.manufacturer}, ${one.name}: all about ${one.entry_id}`;
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function row(cells) {
  const made = document.createElement("tr");
  cells.forEach((text, index) => {
    const cell = element(index ? "td" : "th", text);
    if (index) cell.className = "cpl-id cpl-long";
    else cell.scope = "row";
    made.append(cell);
  });
  return made;
}

function show(found, { said, near }) {
  part("answers").replaceChildren(...said.map(article));
  part("reading").tBodies[0].replaceChildren(...found.parts.map(({ field, given, read: digits }) => row([NAMES[field], given, digits])));
  part("reading").hidden = !found.parts.length;
  part("problems").replaceChildren(...found.problems.map((problem) => element("li", problem)));
  part("problems").hidden = !found.problems.length;
  part("unread").textContent = `Not needed, or not understood: ${found.unread.join(" ")}`;
  part("unread").hidden = !found.unread.length;
  part("near").hidden = !near.length;
  part("near").querySelector("ul").replaceChildren(...near.slice(0, 5).map((one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    name(link, one);
    link.textContent = one.entry_id;
    link.className = "cpl-id";
    item.append(link, ` (${one.word})`);
    return item;
  }));
  part("smets1").hidden = said[0].state !== "not-listed";
  part("result").hidden = false;
  part("said").textContent = said.map((one) => `${one.word}. ${one.sentence}`).join(" ");
  document.title = `${said[0].word} - ${title}`;
}

const title = document.title;
let asked = 0;

async function ask(text, focus) {
  asked += 1;
  const mine = asked;
  if (text.trim() === "") {
    part("result").hidden = true;
    part("said").textContent = "";
    document.title = title;
    return;
  }
  const found = read(text, types);
  const told = await answer(found);
  if (mine !== asked) return; // something else was asked meanwhile
  show(found, told);
  part("result").dataset.entry = found.problems.length ? "" : entryId(found, found.type || "any");
  if (focus) part("result-heading").focus();
}

function go(text) {
  const address = new URL(location.href);
  address.search = text.trim() === "" ? "" : `?${new URLSearchParams({ q: text.trim().slice(0, 1500) })}`;
  address.hash = "";
  document.documentElement.toggleAttribute("data-asked", text.trim() !== "");
  if (address.href !== location.href) history.pushState(null, "", address);
  return ask(text, true);
}

// The address is what the reader sees again: `?q=`, or the fields where scripts were off before.
function fromAddress() {
  const given = new URLSearchParams(location.search);
  const pairs = [...given].filter(([label, value]) => label !== "q" && value.trim() && part(`f-${label}`));
  const text = given.get("q") ?? pairs.map((pair) => pair.join(" ")).join(" ");
  part("q").value = text;
  return ask(text, false);
}

part("one").addEventListener("submit", (event) => {
  event.preventDefault();
  go(part("q").value);
});
part("q").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  go(part("q").value);
});
part("fields").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = [...new FormData(part("fields"))].filter(([, value]) => value.trim());
  part("q").value = given.map((pair) => pair.join(" ")).join(" ");
  go(part("q").value);
});
addEventListener("popstate", fromAddress);
fromAddress();
listen({ known, types, answersOf, wordOf });
