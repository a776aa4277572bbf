// The form's fields and what stands in them. What the page knows of them comes with it, as data.

import { planOf } from "./canonical.js";
import { textOf, valueAt } from "./entry.js";

export const part = (id) => document.getElementById(id);
export const known = JSON.parse(part("form-data").dataset.form);
export const ROOT = new URL(part("form-data").dataset.root, document.baseURI);
export const plan = planOf(known.plan, known.places);
export const asked = new URLSearchParams(location.search);
export const act = ["amend", "renew", "new-firmware"].find((one) => one === asked.get("act")) ?? "new";
export const changing = act === "amend" || act === "renew";
export const IMAGE = "manufacturer_image.";
const all = [...known.fields, ...known.line, ...known.evidence];
export const byPath = new Map(all.map((field) => [field.path, field]));

// What is fetched on the way: `before` is the entry that is changed, or from which the new firmware is
// copied, `from` its id; `keys` is what is known of the key that the answers give.
export const now = { before: null, from: "", keys: null };

export const input = (field) => part(field.id);
export const box = (field) => input(field).closest(".cpl-field");
export const isAsked = (field) => !box(field).hidden && !box(field).closest("fieldset").hidden;

export function answers() {
  const texts = {};
  for (const field of known.fields) {
    if (isAsked(field)) texts[field.path] = input(field).value.trim();
    else if (changing) texts[field.path] = textOf(valueAt(now.before, field.at));
  }
  return texts;
}

export const lineOf = (name) => part(`f-history-${name}`).value.trim();
const kindOf = (texts) => known.types[texts.device_type];

// Whether no such entry is without a field.
export function isNeeded(field, texts) {
  if (field.always || field.path === `${IMAGE}sha256`) return !changing || field.always || Boolean(valueAt(now.before, field.at));
  const parts = field.path.split(".");
  const lead = `${parts.slice(0, 2).join(".")}.`;
  return ["number", "issued"].includes(parts[2]) && Boolean(kindOf(texts)?.needs.includes(lead));
}

export function documents() {
  const kinds = [...document.querySelectorAll("#group-evidence [data-path='evidence.kind'] input")];
  const references = [...document.querySelectorAll("#group-evidence [data-path='evidence.reference'] input")];
  return kinds.map((kind, index) => ({ kind, reference: references[index] }));
}

export function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

// A file that was made before an answer changed is no longer shown.
export const outdated = () => { part("result").hidden = true; };
