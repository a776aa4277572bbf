// The form for submissions: shows the fields that concern the device type, judges each answer, and
// makes the file. Nothing is stored and nothing is sent; the only requests are for the register's own files.

import { follow, lookUp, makerAndCode } from "./form-choices.js";
import { open } from "./form-entry.js";
import { act, box, byPath, changing, documents, outdated, part } from "./form-fields.js";
import { readFirmware } from "./form-firmware.js";
import { copy, linkHost, make } from "./form-making.js";
import { judgeLeft, left, tell } from "./form-problems.js";
import { mended } from "./judging.js";

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

// A press that leaves a field may be on its way to a button: nothing moves under it before it is over.
let held = null;

for (const kind of ["pointerdown", "mousedown"]) addEventListener(kind, () => (held ??= gate()), true);
for (const kind of ["pointerup", "mouseup", "pointercancel", "dragend"]) addEventListener(kind, () => {
  if (held) setTimeout(held.open);
  held = null;
}, true);

function gate() {
  const made = {};
  made.opened = new Promise((open) => { made.open = open; });
  return made;
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
  if (held) await held.opened;
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
linkHost();
for (const one of document.querySelectorAll("[data-of]")) one.hidden = one.dataset.of !== (changing ? "change" : "new");
if (act === "new" || (await open())) {
  follow();
  await lookUp();
}
part("with-scripts").hidden = false;
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
