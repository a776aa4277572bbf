// Two entries side by side, from their JSON. Which fields there are, and what they are called, comes
// from the build; so does the sentence that says where each entry stands.

import { addressOf } from "./addresses.js";
import { answerFiles, modelOf } from "./answers.js";
import { element, idOf, isCode, teller, valueOf } from "./telling.js";

const part = (id) => document.getElementById(id);
const told = part("comparison");
const ROOT = new URL(told.dataset.root, document.baseURI);
const rows = JSON.parse(told.dataset.rows);
const parts = JSON.parse(told.dataset.parts);
const { said, happened } = teller(told.dataset);
const answersOf = answerFiles(ROOT, parts);
const title = document.title;

// --- the choice -------------------------------------------------------------------------------------

async function offer(input) {
  const [, code = "", model = ""] = idOf(input.value).split("-");
  const split = parts[code.toUpperCase()];
  // Of a code with many entries a choice is offered once the model is there.
  if (split === undefined || (split && model.length < 4)) return;
  const entries = await answersOf(code, model).catch(() => []);
  document.getElementById(input.getAttribute("list")).replaceChildren(...entries.map((one) => {
    const option = document.createElement("option");
    option.value = one.entry_id;
    option.label = `${one.name}, ${one.word}`;
    return option;
  }));
}

// --- the values ------------------------------------------------------------------------------------

function cell(path, text) {
  return element("td", text ? said(path, text) : "none", isCode(text) ? "cpl-id cpl-long" : "");
}

function line([path, name], one, other) {
  const [a, b] = [valueOf(one, path), valueOf(other, path)];
  if (!a && !b) return null;
  const made = document.createElement("tr");
  const head = element("th", name);
  head.scope = "row";
  made.append(head, element("td", a === b ? "same" : "different", a === b ? "" : "cpl-differs"), cell(path, a), cell(path, b));
  return { made, differs: a !== b };
}

function group(name, lines) {
  const made = document.createElement("tbody");
  const head = element("th", name);
  head.colSpan = 4;
  head.scope = "rowgroup";
  const row = document.createElement("tr");
  row.className = "cpl-group";
  row.append(head);
  made.append(row, ...lines.map((one) => one.made));
  return made;
}

// --- the page ------------------------------------------------------------------------------------------

function refuse(sentence) {
  part("told").textContent = sentence;
  part("result").hidden = true;
  document.title = title;
}

async function entryOf(text) {
  const id = idOf(text);
  const [, code = "", model = ""] = id.split("-");
  const listed = (await answersOf(code, model)).some((one) => one.entry_id === id);
  return { id, device: listed ? (await modelOf(id, ROOT)).find((one) => one.entry_id === id) : null };
}

async function compare(focus) {
  const given = ["a", "b"].map((name) => part(name).value);
  if (given.some((text) => !text.trim())) return refuse("");
  let found;
  try {
    found = await Promise.all(given.map(entryOf));
  } catch {
    return refuse("The entries could not be fetched: try again later.");
  }
  const missing = found.filter((one) => !one.device).map((one) => one.id);
  if (missing.length) return refuse(`Not in the register: ${missing.join(", ")}.`);
  const [one, other] = found.map(({ device }) => device);
  const lines = rows.map((row) => line(row, one, other)).filter(Boolean);
  const differing = lines.filter((each) => each.differs);
  const alike = lines.filter((each) => !each.differs);
  const table = part("table");
  table.replaceChildren(table.caption, table.tHead);
  if (differing.length) table.append(group(`Different (${differing.length})`, differing));
  if (alike.length) table.append(group(`The same (${alike.length})`, alike));
  found.forEach(({ id, device }, index) => {
    const name = "ab"[index];
    const link = part(`name-${name}`);
    link.textContent = id;
    link.href = addressOf(id, ROOT);
    part(`head-${name}`).textContent = id;
    part(`answer-${name}`).textContent = device.answer;
    part(`happened-${name}`).replaceChildren(happened(device));
    part(`happened-of-${name}`).textContent = id;
  });
  const count = differing.length === 1 ? "1 field differs" : `${differing.length} fields differ`;
  const sentence = found[0].id === found[1].id ? "This is one entry twice." : `${count}, ${alike.length} are the same.`;
  part("told").textContent = sentence;
  part("result").hidden = false;
  document.title = `${found[0].id} and ${found[1].id} - ${title}`;
  if (focus) part("result-heading").focus();
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  for (const name of ["a", "b"]) {
    part(name).value = asked.get(name) ?? "";
    offer(part(name));
  }
  return compare(false);
}

part("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = new URL(location.href);
  address.search = new URLSearchParams(["a", "b"].map((name) => [name, idOf(part(name).value)]));
  if (address.href !== location.href) history.pushState(null, "", address);
  compare(true);
});
part("exchange").addEventListener("click", () => {
  [part("a").value, part("b").value] = [part("b").value, part("a").value];
  part("choose").requestSubmit();
});
for (const name of ["a", "b"]) part(name).addEventListener("input", (event) => offer(event.target));
addEventListener("popstate", fromAddress);
part("with-scripts").hidden = false;
await fromAddress();
