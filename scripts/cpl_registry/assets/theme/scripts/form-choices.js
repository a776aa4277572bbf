// What follows from an answer: which fields concern the device type, what a choice offers, and what the
// register has of the same product.

import { answerFiles } from "./answers.js";
import { filled } from "./entry.js";
import { answers, box, byPath, changing, IMAGE, isNeeded, known, now, outdated, part, ROOT } from "./form-fields.js";
import { problemOf } from "./judging.js";
import { rowsOf } from "./tables.js";

const answersOf = answerFiles(ROOT, known.parts);

export function fill(select, options, value) {
  const first = select.options[0];
  const made = options.map(([text, words]) => new Option(words ?? text, text));
  if (value && !options.some(([text]) => text === value)) made.push(new Option(value, value));
  select.replaceChildren(first, ...made);
  select.value = value;
}

function versionsOf(family) {
  return (known.families[family] ?? []).map((one) => [one.version, one.end ? `${one.version} (for new entries until ${one.end})` : one.version]);
}

export function follow() {
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
  if (changing && !now.before) return;
  const texts = answers();
  for (const field of known.fields) box(field).querySelector("label small").textContent = `(${neededOf(field, texts)})`;
}

// A certificate that ends has an expiry date or a renewal due date.
function neededOf(field, texts) {
  const [, lead, last] = /^(.*\.)(expires|renewal_due)$/.exec(field.path) ?? [];
  if (last && isNeeded(byPath.get(`${lead}number`), texts)) return `required, or ${last === "expires" ? "the renewal due date" : "the expiry date"}`;
  return isNeeded(field, texts) ? "required" : "optional";
}

export function makerAndCode(changed) {
  const [maker, code] = [part("f-manufacturer"), part("f-manufacturer_identifier")];
  const chosen = known.makers.find((one) => one.slug === maker.value);
  if (changed === maker && chosen?.codes.length === 1) code.value = chosen.codes[0];
  const owner = known.makers.find((one) => one.codes.includes(code.value));
  if (changed === code && owner && !maker.value) maker.value = owner.slug;
}

// The entries of a model by their id; null where they cannot be fetched.
export async function listOf(code, model) {
  try {
    return new Map((await answersOf(code, model)).map((one) => [one.entry_id, one]));
  } catch {
    return null;
  }
}

// Looks up the key that the answers give: whether it is taken, and what firmware there is of the product.
export async function lookUp() {
  const texts = answers();
  const whole = known.key.every((path) => texts[path] && !problemOf(byPath.get(path), texts[path], true));
  const product = known.key.slice(0, 3).every((path) => texts[path] && !problemOf(byPath.get(path), texts[path], true));
  if (!product) {
    now.keys = { entry: "", listed: null, same: await sameImage(texts, ""), taken: "" };
    part("candidates").hidden = true;
    return;
  }
  const listed = await listOf(texts.manufacturer_identifier, texts.model_identifier);
  const entry = filled(known.entry, { ...Object.fromEntries(known.key.map((path) => [path, ""])), ...texts });
  now.keys = { entry, listed, same: await sameImage(texts, entry), taken: whole && !changing && listed?.has(entry) ? entry : "" };
  offer(listed, `${entry.split("-").slice(0, 3).join("-")}-`, entry);
}

const images = new Map();

// Another entry of the manufacturer that has the hash; nothing where there is none, or its list cannot be fetched.
async function sameImage(texts, entry) {
  const field = byPath.get(`${IMAGE}sha256`);
  const hash = texts[field.path];
  const maker = texts.manufacturer;
  if (!hash || !known.makers.some((one) => one.slug === maker) || problemOf(field, hash, true)) return "";
  if (!images.has(maker)) images.set(maker, hashesOf(maker));
  return (await images.get(maker)).find(([id, one]) => one === hash && id !== entry)?.[0] ?? "";
}

async function hashesOf(slug) {
  try {
    const said = await fetch(new URL(`data/manufacturers/${slug}.csv`, ROOT));
    const [head, ...rows] = said.ok ? rowsOf(await said.text()) : [[]];
    const [id, hash] = ["entry_id", "manufacturer_image_hash"].map((name) => head.indexOf(name));
    return rows.map((row) => [row[id], row[hash]]);
  } catch {
    return [];
  }
}

function offer(listed, product, entry) {
  const from = now.from ?? ""; // the entry that the form came from stands first
  const ids = [...(listed?.keys() ?? [])].filter((id) => id.startsWith(product) && id !== entry).sort((a, b) => (b === from) - (a === from));
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
