// A row of the finder: in the table of the page, and in the file that is saved.

import { addressOf } from "./addresses.js";
import { FACETS } from "./finding.js";

export function element(tag, text, kind) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

export function rowOf(one, root) {
  const made = document.createElement("tr");
  const head = element("th");
  head.scope = "row";
  const name = root ? element("a") : head;
  name.append(`${one.name}, `, element("span", one.firmware, "cpl-id"));
  if (root) {
    name.href = addressOf(one.id, root);
    head.append(name);
  }
  const answer = element("td");
  answer.append(element("span", one.answer, `cpl-tag cpl-tag--${one.tone}`));
  made.append(
    head, answer, element("td", one.manufacturer), element("td", one.device_type), element("td", one.code, "cpl-id"),
    element("td", one.model, "cpl-id"), element("td", one.hardware, "cpl-id"), element("td", one.specification),
    element("td", one.gbcs), element("td", one.end + (one.renewal ? " (renewal)" : "")),
  );
  return made;
}

export const number = (count) => count.toLocaleString("en-GB");
export const entries = (count) => `${number(count)} ${count === 1 ? "entry" : "entries"}`;

const COLUMNS = ["entry_id", FACETS[0], FACETS[1], "manufacturer_identifier", "model_identifier", "hardware", "firmware_version",
  "model_name", "specification", "gbcs_version", "status", "delivery", "certificate_end", "certificate_end_is"];

// What is found as rows of a table for a file, the names of the columns first.
export const foundTable = (all) => [COLUMNS, ...all.map((one) => [one.id, one.device_type, one.manufacturer, one.code, one.model,
  one.hardware, one.firmware, one.name, one.specification, one.gbcs, one.status, one.delivery, one.end, one.end && (one.renewal ? "renewal" : "expiry")])];
