// The form for submissions: shows the fields that concern the device type, judges each answer, and
// makes the file. Nothing is stored and nothing is sent; the only requests are for the register's own files.

import { canonical, planOf, readCanonical } from "./canonical.js";
import { amended, changesOf, filled, submission, textOf, valueAt } from "./entry.js";
import { digestOf, imageOf, MOST_BYTES, problemsOf } from "./firmware.js";
import { judged, mended, problemOf } from "./judging.js";

const part = (id) => document.getElementById(id);
const known = JSON.parse(part("form-data").dataset.form);
const ROOT = new URL(part("form-data").dataset.root, document.baseURI);
const plan = planOf(known.plan, known.places);
const asked = new URLSearchParams(location.search);
const act = ["amend", "renew", "new-firmware"].find((one) => one === asked.get("act")) ?? "new";
const changing = act === "amend" || act === "renew";
const IMAGE = "manufacturer_image.";
const all = [...known.fields, ...known.line, ...known.evidence];
const byPath = new Map(all.map((field) => [field.path, field]));
const fetched = new Map();
let before = null; // the entry that is changed, or from which the new firmware is copied
let keys = null; // what is known of the key that the answers give

// --- the answers -----------------------------------------------------------------------------------

const input = (field) => part(field.id);
const box = (field) => input(field).closest(".cpl-field");
const isAsked = (field) => !box(field).hidden && !box(field).closest("fieldset").hidden;

function answers() {
  const texts = {};
  for (const field of known.fields) {
    if (isAsked(field)) texts[field.path] = input(field).value.trim();
    else if (changing) texts[field.path] = textOf(valueAt(before, field.at));
  }
  return texts;
}

const lineOf = (name) => part(`f-history-${name}`).value.trim();
const kindOf = (texts) => known.types[texts.device_type];

// Whether no such entry is without a field.
function isNeeded(field, texts) {
  if (field.always || field.path === `${IMAGE}sha256`) return !changing || field.always || Boolean(valueAt(before, field.at));
  const parts = field.path.split(".");
  const lead = `${parts.slice(0, 2).join(".")}.`;
  return ["number", "issued"].includes(parts[2]) && Boolean(kindOf(texts)?.needs.includes(lead));
}

function documents() {
  const kinds = [...document.querySelectorAll("#group-evidence [data-path='evidence.kind'] input")];
  const references = [...document.querySelectorAll("#group-evidence [data-path='evidence.reference'] input")];
  return kinds.map((kind, index) => ({ kind, reference: references[index] }));
}

// --- what is wrong ----------------------------------------------------------------------------------

function tell(where, sentence) {
  const told = where.querySelector(".cpl-problem");
  const control = where.querySelector("input, select, textarea");
  told.textContent = sentence;
  told.hidden = !sentence;
  if (sentence) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

function found() {
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
  const changes = changing ? changesOf(known.fields.filter(isAsked), before, texts) : [];
  const has = new Set(known.fields.filter(isAsked).map((field) => field.path));
  const together = judged(known, texts, {
    day: told.has("history.date") ? "" : day,
    changed: changing ? new Set(changes.map((one) => one.field.path)) : null,
    has,
    last: changing ? before.history.at(-1).date : "",
    keys,
  });
  for (const [path, sentence] of together.problems) if (has.has(path) || path.startsWith("history.")) add(path, sentence);
  return { texts, day, told, changes, notes: together.notes };
}

// The problems of the documents stand apart: there may be any number of them.
function documentProblems() {
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
const left = new Set();

function judgeLeft(announced) {
  const { told } = found();
  for (const field of [...known.fields, ...known.line]) {
    if (!left.has(field.path)) continue;
    const sentence = told.get(field.path) ?? "";
    const old = box(field).querySelector(".cpl-problem").textContent;
    if (sentence !== old) tell(box(field), sentence);
    if (field.path === announced) part("said").textContent = sentence ? `${field.label}: ${sentence}` : "";
  }
}

// --- what follows from an answer ---------------------------------------------------------------------

function fill(select, options, value) {
  const first = select.options[0];
  const made = options.map(([text, words]) => new Option(words ?? text, text));
  if (value && !options.some(([text]) => text === value)) made.push(new Option(value, value));
  select.replaceChildren(first, ...made);
  select.value = value;
}

function versionsOf(family) {
  return (known.families[family] ?? []).map((one) => [one.version, one.end ? `${one.version} (for new entries until ${one.end})` : one.version]);
}

function follow() {
  const type = known.types[part("f-device_type").value];
  if (!changing) {
    for (const field of known.fields) box(field).hidden = type ? !type.fields.includes(field.path) : field.path.split(".")[0] === "assurance_certificates" || field.path === "esme_variant";
    for (const group of document.querySelectorAll("#form fieldset")) {
      const own = [...group.querySelectorAll(".cpl-field[data-path]")];
      group.hidden = own.every((one) => one.hidden);
    }
  }
  const [family, version, gbcs] = ["f-technical_specification-name", "f-technical_specification-version", "f-gbcs_version"].map(part);
  const families = type?.families ?? Object.keys(known.families).filter((one) => one !== known.gbcs);
  fill(family, families.map((one) => [one]), family.value || (families.length === 1 ? families[0] : ""));
  fill(version, versionsOf(family.value), version.value);
  fill(gbcs, versionsOf(known.gbcs), gbcs.value);
}

function makerAndCode(changed) {
  const [maker, code] = [part("f-manufacturer"), part("f-manufacturer_identifier")];
  const chosen = known.makers.find((one) => one.slug === maker.value);
  if (changed === maker && chosen?.codes.length === 1) code.value = chosen.codes[0];
  const owner = known.makers.find((one) => one.codes.includes(code.value));
  if (changed === code && owner && !maker.value) maker.value = owner.slug;
}

function listOf(code) {
  if (!known.makers.some((one) => one.codes.includes(code))) return Promise.resolve(new Map());
  if (!fetched.has(code)) {
    const answer = fetch(new URL(`submit/keys/${code.toLowerCase()}.json`, ROOT)).then((said) => {
      if (!said.ok) throw new Error(`HTTP ${said.status}`);
      return said.json();
    });
    fetched.set(code, answer.then(({ entries }) => new Map(entries.map((one) => [one.entry_id, one]))));
  }
  return fetched.get(code).catch(() => {
    fetched.delete(code);
    return null;
  });
}

// Looks up the key that the answers give: whether it is taken, and what firmware there is of the product.
async function lookUp() {
  const texts = answers();
  const whole = known.key.every((path) => texts[path] && !problemOf(byPath.get(path), texts[path], true));
  const product = known.key.slice(0, 3).every((path) => texts[path] && !problemOf(byPath.get(path), texts[path], true));
  if (!product) {
    keys = null;
    part("candidates").hidden = true;
    return;
  }
  const listed = await listOf(texts.manufacturer_identifier);
  const entry = filled(known.entry, { ...Object.fromEntries(known.key.map((path) => [path, ""])), ...texts });
  keys = { entry, listed, taken: whole && !changing && listed?.has(entry) ? entry : "" };
  offer(listed, `${entry.split("-").slice(0, 3).join("-")}-`, entry);
}

function offer(listed, product, entry) {
  const ids = [...(listed?.keys() ?? [])].filter((id) => id.startsWith(product) && id !== entry);
  const field = part("f-manufacturer_image-upgrades_from");
  part("candidates").hidden = !ids.length;
  part("candidates").lastElementChild.replaceChildren(...ids.slice(0, 24).map((id) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cpl-quiet cpl-id";
    button.textContent = id;
    button.addEventListener("click", () => {
      const there = field.value.split(",").map((one) => one.trim()).filter((one) => one && one !== "not-applicable");
      if (!there.includes(id)) there.push(id);
      field.value = there.join(", ");
      outdated();
      part("said").textContent = `${id} added`;
    });
    return button;
  }));
}

// --- the firmware file ---------------------------------------------------------------------------------

async function readFirmware(file) {
  const told = [];
  const say = () => part("firmware-told").replaceChildren(...told.map((sentence) => element("p", sentence)));
  if (!file) return say();
  if (!globalThis.crypto?.subtle) {
    told.push("This page was not loaded over https, and this browser hashes nothing then. Use cpl new --image, or give the hash that your own tools compute over the Manufacturer Image.");
    return say();
  }
  const raw = new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
  const problems = problemsOf(raw);
  if (problems.length) {
    told.push("This is no firmware file that can be read:", ...problems.map(([offset, what, fix]) => `octet ${offset}: ${what}; ${fix}.`));
    return say();
  }
  const { fields, hardware: [low, high], image } = imageOf(raw);
  const taken = { ...fields, [`${IMAGE}sha256`]: await digestOf(image) };
  if (low === high) Object.assign(taken, { hardware_version: low.slice(0, 2), hardware_revision: low.slice(2) });
  told.push(`Read: manufacturer ${fields.manufacturer_identifier}, firmware ${fields.firmware_version}, hardware ${low}${low === high ? "" : ` to ${high}`}; Manufacturer Image of ${image.length} octets. The signature is not judged.`);
  if (low !== high) told.push("It is for several hardware versions: each is an entry of its own. Give the hardware version and revision of this one.");
  for (const [path, text] of Object.entries(taken)) {
    const field = byPath.get(path);
    const old = isAsked(field) ? input(field).value.trim() : textOf(before && valueAt(before, field.at));
    if (isAsked(field) && !old) {
      input(field).value = text;
      left.add(path);
    } else if (old !== text) told.push(`${field.label} is ${text} in the file and ${old} here: one of the two is wrong.`);
  }
  makerAndCode(part("f-manufacturer_identifier"));
  say();
  await lookUp();
  outdated();
  judgeLeft();
}

// --- the file ------------------------------------------------------------------------------------------

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const outdated = () => { part("result").hidden = true; };

function showProblems(told, others) {
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

async function make() {
  await lookUp();
  const { texts, day, told, changes, notes } = found();
  for (const field of [...known.fields, ...known.line]) {
    left.add(field.path);
    tell(box(field), told.get(field.path) ?? "");
  }
  const others = documentProblems();
  if (changing && !changes.length && !told.size) others.push(["", "Nothing has changed yet: change at least one value."]);
  if (showProblems(told, others)) return outdated();

  const words = { reason: lineOf("reason"), reference: lineOf("reference") };
  const evidence = documents().map((one) => ({ kind: one.kind.value.trim(), reference: one.reference.value.trim() })).filter((one) => one.kind);
  const data = changing ? amended(before, changes, day, words) : submission(known.fields, texts, evidence, day, words);
  show(canonical(data, plan, known.first_line), filled(known.file, texts), changes, notes);
}

function show(text, path, changes, notes) {
  part("result-text").textContent = text;
  part("result-path").textContent = path;
  part("result-told").textContent = changing ? "The whole file as it will be, with the line of history that tells what has changed." : "The whole file of the new entry, with the line that submits it.";
  part("result-changes").replaceChildren(...changes.map(({ field, before: was, after }) => {
    const [from, to] = [textOf(was), textOf(after)];
    return element("li", `${field.label}: ${from ? (to ? `from ${from} to ${to}` : `${from} dropped`) : `added ${to}`}`);
  }));
  part("result-changes").hidden = !changes.length;
  part("result-notes").replaceChildren(...notes.map(([where, sentence]) => element("li", `To be checked: ${byPath.get(where).label}. ${sentence}`)));
  part("result-notes").hidden = !notes.length;
  part("copied").textContent = "";
  const link = part("download");
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  link.download = path.split("/").at(-1);
  linkHost(text, path);
  part("result").hidden = false;
  part("result-heading").focus();
}

// The Git host's own page for the file; its address is a setting of the site, and may be unset.
function linkHost(text, path) {
  const template = document.querySelector(`meta[name="cpl-${changing ? "edit" : "new"}-file"]`)?.content ?? "";
  const host = part("host");
  const given = template.startsWith("https://");
  const whole = template.replace("{path}", encodeURI(path)).replace("{text}", () => encodeURIComponent(text));
  const short = whole.length < 7500;
  host.hidden = !given;
  host.textContent = changing ? "Open its edit page at the Git host" : "Open a new file at the Git host";
  if (given) host.href = short ? whole : template.replace("{path}", encodeURI(path)).replace("{text}", "");
  for (const one of document.querySelectorAll(".cpl-with-host")) one.hidden = !given;
  for (const one of document.querySelectorAll(".cpl-without-host")) one.hidden = given;
  part("next-new").hidden = changing;
  part("next-change").hidden = !changing;
}

async function copy() {
  const text = part("result-text").textContent;
  try {
    await navigator.clipboard.writeText(text);
    part("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(part("result-text"));
    part("copied").textContent = "This browser does not let the page copy: the text is selected, copy it with the keyboard.";
  }
}

// --- an entry that is there ------------------------------------------------------------------------------

async function open() {
  const id = (asked.get("entry") ?? "").trim().toLowerCase();
  part("which").open = true;
  part("which-entry").value = id;
  for (const one of document.querySelectorAll("#which-form [name=act]")) one.checked = one.value === act;
  const code = id.split("-")[1] ?? "";
  const listed = await listOf(code.toUpperCase());
  if (listed === null) return refuse("The register's list could not be fetched: try again later.");
  const one = listed.get(id);
  if (!one) return refuse(`There is no entry ${id || "without an id"} in the register.`);
  if (!one.has_file) return refuse("The register tells already of a later day of this entry: use cpl amend or cpl renew in a clone.");
  const said = await fetch(new URL(`api/v1/devices/${id}.yaml`, ROOT));
  const text = said.ok ? await said.text() : "";
  try {
    before = readCanonical(text);
  } catch {
    before = null;
  }
  if (!before || canonical(before, plan, known.first_line) !== text) {
    before = null;
    return refuse("Its file could not be read here: use cpl amend or cpl renew in a clone.");
  }
  const acts = before.history.filter((line) => !["amended", "corrected"].includes(line.event));
  if (changing && acts.at(-1).event === "closed") return refuse("Its submission is closed: what is closed is not changed.");
  if (act === "renew" && !before.assurance_certificates?.some((certificate) => certificate.scheme === "CPA")) return refuse("It has no CPA Certificate that could be renewed.");
  part("which").open = false;
  enter(id, one.name);
  return true;
}

function refuse(sentence) {
  part("mode").textContent = sentence;
  part("mode").hidden = false;
  part("form").hidden = true;
  return false;
}

function enter(id, name) {
  const own = (field) => (act === "new-firmware" ? !field.path.startsWith(IMAGE) && field.path !== "firmware_version" : true);
  for (const field of known.fields) if (own(field)) input(field).value = textOf(valueAt(before, field.at));
  // What a choice offers depends on the choices before it, and a value from the file is always there.
  for (const field of known.fields) {
    const text = textOf(valueAt(before, field.at));
    if (input(field).tagName === "SELECT" && own(field) && input(field).value !== text) fill(input(field), [], text);
  }
  const what = { amend: "Changed values of", renew: "A renewed CPA Certificate of", "new-firmware": "New firmware of" }[act];
  part("mode").replaceChildren(`${what} ${name}, `, Object.assign(element("a", id), { href: new URL(`devices/${encodeURIComponent(id)}/`, ROOT).href, className: "cpl-id" }), `. ${act === "new-firmware" ? "Its values are filled in: check that each is true of the new firmware too, above all the certificates." : "Change what has changed, and leave the rest."}`);
  part("mode").hidden = false;
  if (changing) fix();
}

// What an act does not change is told, not asked.
function fix() {
  const type = known.types[before.device_type];
  const asks = (field) => (act === "renew" ? field.path.startsWith("assurance_certificates.CPA.") : !known.key.includes(field.path) && !(field.path === `${IMAGE}sha256` && valueAt(before, field.at)));
  for (const field of known.fields) {
    const concerned = valueAt(before, field.at) !== undefined || !type || type.fields.includes(field.path);
    box(field).hidden = !(asks(field) && concerned);
  }
  part("group-evidence").hidden = true;
  part("choose-firmware").hidden = box(byPath.get(`${IMAGE}sha256`)).hidden;
  for (const group of document.querySelectorAll("#form fieldset")) {
    if (!["group-line", "group-evidence"].includes(group.id)) group.hidden = [...group.querySelectorAll(".cpl-field[data-path]")].every((one) => one.hidden);
  }
  part("fixed").replaceChildren(...known.key.map((path) => {
    const row = document.createElement("div");
    row.append(element("dt", byPath.get(path).label), element("dd", textOf(valueAt(before, byPath.get(path).at))));
    return row;
  }));
  part("fixed").hidden = false;
}

// --- the page ----------------------------------------------------------------------------------------------

function addDocument() {
  const count = documents().length;
  for (const path of ["evidence.kind", "evidence.reference"]) {
    const made = box(byPath.get(path)).cloneNode(true);
    for (const one of made.querySelectorAll("[id]")) one.id += `-${count}`;
    const control = made.querySelector("input");
    made.querySelector("label").htmlFor = control.id;
    control.setAttribute("aria-describedby", control.getAttribute("aria-describedby").replaceAll(/(\S+)/g, `$1-${count}`));
    control.value = "";
    tell(made, "");
    part("more-evidence").append(made);
  }
  documents().at(-1).kind.focus();
}

function today() {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London", year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts();
  return ["year", "month", "day"].map((name) => parts.find((one) => one.type === name).value).join("-");
}

async function answered(event) {
  const where = event.target.closest("[data-path]");
  outdated();
  if (!where) return;
  const field = byPath.get(where.dataset.path);
  const made = mended(field, event.target.value);
  const rewritten = made !== event.target.value.trim();
  if (made !== event.target.value) event.target.value = made;
  if (field.path.startsWith("evidence.")) return;
  makerAndCode(event.target);
  follow();
  left.add(field.path);
  await lookUp();
  judgeLeft(field.path);
  if (rewritten) part("said").textContent = `${field.label}: written as ${made}`;
}

const form = part("form");
form.reset();
part("f-history-date").value = today();
follow();
part("with-scripts").hidden = false;
if (act === "new" || (await open())) {
  follow();
  await lookUp();
}
form.addEventListener("change", (event) => {
  if (event.target.id === "firmware") readFirmware(event.target.files[0]);
  else answered(event);
});
form.addEventListener("input", outdated);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
part("add-evidence").addEventListener("click", addDocument);
part("copy").addEventListener("click", copy);
document.documentElement.dataset.form = "ready";
