// An entry that is there: fetched, read, and put into the form for the act that was asked for.

import { addressOf } from "./addresses.js";
import { canonical, readCanonical } from "./canonical.js";
import { textOf, valueAt } from "./entry.js";
import { fill, listOf } from "./form-choices.js";
import { act, asked, box, byPath, changing, element, IMAGE, input, known, now, part, plan, ROOT } from "./form-fields.js";

export async function open() {
  const given = (asked.get("entry") ?? "").trim().toLowerCase();
  part("which").open = true;
  part("which-entry").value = given;
  for (const one of document.querySelectorAll("#which-form [name=act]")) one.checked = one.value === act;
  // In any writing that "Check my meter" reads.
  const { lookup, read } = await import("./reading.js");
  const meant = read(given, Object.keys(known.types));
  const listed = meant.problems.length ? new Map() : await listOf(meant.manufacturer, meant.model);
  if (listed === null) return refuse("The register's list could not be fetched: try again later.");
  const { hits } = meant.problems.length ? { hits: [] } : lookup([...listed.values()], meant);
  if (hits.length > 1) return refuse(`There are ${hits.length} entries with these digits, of several device types: give the entry id.`);
  const [one] = hits;
  if (!one) return refuse(`There is no entry ${given || "without an id"} in the register.`);
  const id = one.entry_id;
  if (!one.has_file) return refuse("Its file is not on this site, or tells of a later day already: use cpl amend or cpl renew in a clone.");
  const said = await fetch(new URL(`api/v1/devices/${id}.yaml`, ROOT));
  const text = said.ok ? await said.text() : "";
  try {
    now.before = readCanonical(text);
  } catch {
    now.before = null;
  }
  if (!now.before || canonical(now.before, plan, known.first_line) !== text) {
    now.before = null;
    return refuse("Its file could not be read here: use cpl amend or cpl renew in a clone.");
  }
  const acts = now.before.history.filter((line) => !["amended", "corrected"].includes(line.event));
  if (changing && acts.at(-1).event === "closed") return refuse("Its submission is closed: what is closed is not changed.");
  if (act === "renew" && !now.before.assurance_certificates?.some((certificate) => certificate.scheme === "CPA")) return refuse("It has no CPA Certificate that could be renewed.");
  part("which").open = false;
  now.from = id;
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
  for (const field of known.fields) if (own(field)) input(field).value = textOf(valueAt(now.before, field.at));
  // What a choice offers depends on the choices before it, and a value from the file is always there.
  for (const field of known.fields) {
    const text = textOf(valueAt(now.before, field.at));
    if (input(field).tagName === "SELECT" && own(field) && input(field).value !== text) fill(input(field), [], text);
  }
  const what = { amend: "Changed values of", renew: "A renewed CPA Certificate of", "new-firmware": "New firmware of" }[act];
  part("mode").replaceChildren(`${what} ${name}, `, Object.assign(element("a", id), { href: addressOf(id, ROOT).href, className: "cpl-id" }), `. ${act === "new-firmware" ? "Its values are filled in: check that each is true of the new firmware too, above all the certificates." : "Change what has changed, and leave the rest."}`);
  part("mode").hidden = false;
  if (changing) fix();
}

// What an act does not change is told, not asked.
function fix() {
  const type = known.types[now.before.device_type];
  const asks = (field) => (act === "renew" ? field.path.startsWith("assurance_certificates.CPA.") : !known.key.includes(field.path) && !(field.path === `${IMAGE}sha256` && valueAt(now.before, field.at)));
  for (const field of known.fields) {
    const concerned = valueAt(now.before, field.at) !== undefined || !type || type.fields.includes(field.path);
    box(field).hidden = !(asks(field) && concerned);
  }
  part("group-evidence").hidden = true;
  part("choose-firmware").hidden = box(byPath.get(`${IMAGE}sha256`)).hidden;
  for (const group of document.querySelectorAll("#form fieldset")) {
    if (!["group-line", "group-evidence"].includes(group.id)) group.hidden = [...group.querySelectorAll(".cpl-field[data-path]")].every((one) => one.hidden);
  }
  part("fixed").replaceChildren(...known.key.map((path) => {
    const row = document.createElement("div");
    row.append(element("dt", byPath.get(path).label), element("dd", textOf(valueAt(now.before, byPath.get(path).at))));
    return row;
  }));
  part("fixed").hidden = false;
}
