// What is wrong with the answers: told at each field once somebody has left it, and all together at the
// top when the file is asked for.

import { changesOf } from "./entry.js";
import { answers, box, byPath, changing, documents, element, input, isAsked, isNeeded, known, lineOf, now, part } from "./form-fields.js";
import { judged, problemOf } from "./judging.js";

export function tell(where, sentence, note = "") {
  const told = where.querySelector(".cpl-problem");
  const control = where.querySelector("input, select, textarea");
  told.textContent = sentence || note;
  told.hidden = !told.textContent;
  told.classList.toggle("cpl-problem--note", !sentence);
  if (sentence) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

export function found() {
  const texts = answers();
  const day = lineOf("date");
  const told = new Map();
  const add = (path, sentence) => told.has(path) || told.set(path, sentence);
  for (const field of [...known.fields, ...known.line]) {
    if (!isAsked(field)) continue;
    const text = input(field).value.trim();
    const chosen = text || input(field).tagName !== "SELECT";
    const sentence = chosen || !isNeeded(field, texts) ? problemOf(field, text, isNeeded(field, texts)) : "Missing. Choose one.";
    if (sentence) add(field.path, sentence);
  }
  const changes = changing ? changesOf(known.fields.filter(isAsked), now.before, texts) : [];
  const has = new Set(known.fields.filter(isAsked).map((field) => field.path));
  const together = judged(known, texts, {
    day: told.has("history.date") ? "" : day,
    changed: changing ? new Set(changes.map((one) => one.field.path)) : null,
    has,
    last: changing ? now.before.history.at(-1).date : "",
    keys: now.keys,
  });
  for (const [path, sentence] of together.problems) if (has.has(path) || path.startsWith("history.")) add(path, sentence);
  return { texts, day, told, changes, notes: together.notes };
}

// The problems of the documents stand apart: there may be any number of them.
export function documentProblems() {
  const told = [];
  for (const { kind, reference } of changing ? [] : documents()) {
    const begun = kind.value.trim() || reference.value.trim();
    for (const [control, path] of [[kind, "evidence.kind"], [reference, "evidence.reference"]]) {
      const sentence = begun ? problemOf(byPath.get(path), control.value.trim(), true) : "";
      tell(control.closest(".cpl-field"), sentence);
      if (sentence) told.push([control.id, `${byPath.get(path).label}: ${sentence}`]);
    }
  }
  return told;
}

// Once somebody has left a field, it is judged, and so are those that were judged before.
export const left = new Set();

// What does not stop the file is told as well.
export const noteOf = (field, notes) => {
  const note = notes.find(([path]) => path === field.path)?.[1];
  return note ? `To be checked: ${note}` : "";
};

export function judgeLeft(announced) {
  const { told, notes } = found();
  for (const field of [...known.fields, ...known.line]) {
    if (!left.has(field.path)) continue;
    const sentence = told.get(field.path) ?? "";
    const note = noteOf(field, notes);
    const old = box(field).querySelector(".cpl-problem").textContent;
    if ((sentence || note) !== old) tell(box(field), sentence, note);
    if (field.path === announced) part("said").textContent = sentence || note ? `${field.label}: ${sentence || note}` : "";
  }
}

export function showProblems(told, others) {
  const items = [...told].map(([path, sentence]) => [byPath.get(path).id, `${byPath.get(path).label}: ${sentence}`]).concat(others);
  part("problems").querySelector("ul").replaceChildren(...items.map(([id, sentence]) => {
    const item = document.createElement("li");
    const link = element(id ? "a" : "span", sentence);
    if (id) {
      link.href = `#${id}`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        part(id).focus();
      });
    }
    item.append(link);
    return item;
  }));
  part("problems").hidden = !items.length;
  if (items.length) part("problems").focus();
  return items.length > 0;
}
