// "Check my meter": reads what was given, fetches the answers of its manufacturer once, shows the one
// that is exact.

import { addressOf } from "./addresses.js";
import { answerFiles } from "./answers.js";
import { listen } from "./check-many.js";
import { bringUp, show, showNear, showNothing } from "./check-shown.js";
import { entryId, insteadOf, keyOf, lacksFirmware, lookup, read } from "./reading.js";
import { nearest, slipped } from "./slips.js";

const ROOT = new URL("../", import.meta.url);
const part = (id) => document.getElementById(id);
const codes = part("codes");
const types = codes.dataset.types.split(" ").filter(Boolean);
const known = new Set([...codes.children].map((one) => one.dataset.code));
const answersOf = answerFiles(ROOT, Object.fromEntries([...codes.children].map(({ dataset }) => [dataset.code, dataset.parts ?? ""])));
const where = { addressOf: (id) => addressOf(id, ROOT), root: ROOT };

export function wordOf(kind) {
  const { dataset, content } = part(`word-${kind}`);
  return { state: kind, ...dataset, sentence: content.textContent, notes: [] };
}

const idOf = (found) => entryId(found, found.type || "any");

// What is said of a reading: answers, and what is near and is not it.
export async function answer(found) {
  const chooses = lacksFirmware(found) && !found.elsewhere;
  if (!chooses && (found.problems.length || found.elsewhere === "type-2")) return { said: [wordOf(found.elsewhere || "not-understood")] };
  let entries;
  try {
    entries = await answersOf(found.manufacturer, found.model);
  } catch {
    return { said: [wordOf("not-reached")] };
  }
  if (chooses) return { said: [wordOf("no-firmware")], choices: entries.filter((one) => productOf(one.entry_id, found)) };
  const { hits } = lookup(entries, found);
  if (found.elsewhere) return { said: [wordOf(found.elsewhere)], near: hits.map((one) => ({ one, differs: [] })) };
  if (!hits.length) return { said: [wordOf("not-listed")], near: nearest(entries, idOf(found)) };
  const newer = (one) => (one.install === "yes" ? undefined : entries.find((other) => other.entry_id === one.newest));
  return { said: hits.map((one) => ({ ...one, newer: newer(one) })) };
}

function productOf(id, found) {
  const [type, ...parts] = id.split("-");
  return parts.slice(0, 4).join("-") === keyOf({ ...found, firmware: "" }).slice(0, -1) && (!found.type || type === found.type.toLowerCase());
}

// What is near where the manufacturer's code itself may be a slip: asked only once nothing was found.
async function nearElsewhere(found) {
  const others = [...known].filter((code) => slipped(code, found.manufacturer));
  // One slip is one: where the code has it, the model's last digits have none.
  const near = (digits, own) => digits === own || slipped(digits, own);
  const lists = await Promise.all([answersOf(found.manufacturer, found.model, near), ...others.map((code) => answersOf(code, found.model))]);
  return nearest(lists.flat(), idOf(found));
}

const EMPTY = "Type or paste first what is printed on the meter: manufacturer, model, hardware and firmware, 20 digits in all.";
let asked = 0;

// `tell`: whether to say what to type where nothing is given.
async function ask(text, { focus = false, scroll = focus, tell = focus } = {}) {
  asked += 1;
  const mine = asked;
  if (text.trim() === "") return showNothing(tell ? EMPTY : "");
  const found = read(text, types);
  const told = await answer(found);
  if (mine !== asked) return; // something else was asked meanwhile
  const nowhere = told.said[0].state === "not-listed";
  const instead = insteadOf(text, found, types);
  const digits = found.parts.length ? [found.manufacturer, found.model].filter(Boolean) : found.digits;
  const find = (nowhere || !told.said[0].install) && !instead ? digits.join(" ") : "";
  const id = found.firmware && !found.problems.length ? idOf(found) : "";
  show(found, { ...told, id, instead, find: find.length < 4 ? "" : find }, where);
  part("result").dataset.entry = id;
  if (scroll) bringUp(focus);
  if (!nowhere) return;
  const near = await nearElsewhere(found).catch(() => told.near);
  if (mine === asked) showNear(near, where.addressOf);
}

function go(text, { first = part("q"), tell = true } = {}) {
  if (text.trim() === "") first.focus();
  const address = new URL(location.href);
  address.search = text.trim() === "" ? "" : `?${new URLSearchParams({ q: text.trim().slice(0, 1500) })}`;
  address.hash = "";
  document.documentElement.toggleAttribute("data-asked", text.trim() !== "");
  if (address.href !== location.href) history.pushState(null, "", address);
  return ask(text, { focus: true, tell });
}

// The address is what the reader sees again: `?q=`, or the fields where scripts were off before.
function fromAddress(how) {
  const given = new URLSearchParams(location.search);
  const pairs = [...given].filter(([label, value]) => label !== "q" && value.trim() && part(`f-${label}`));
  const text = given.get("q") ?? pairs.map((pair) => pair.join(" ")).join(" ");
  part("q").value = text.trim();
  return ask(text, { ...how, tell: given.has("q") });
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
  go(part("q").value, { first: part("f-manufacturer") });
});
part("another").addEventListener("click", () => {
  for (const form of [part("one"), part("fields")]) for (const one of form.elements) if (one.name) one.value = "";
  go("", { tell: false });
});
addEventListener("popstate", () => fromAddress());
fromAddress({ scroll: true });
listen({ known, types, answersOf, wordOf });
