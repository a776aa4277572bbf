// The firmware file: read and hashed here, its values put where nothing stands yet.

import { textOf, valueAt } from "./entry.js";
import { digestOf, imageOf, MOST_BYTES, problemsOf } from "./firmware.js";
import { lookUp, makerAndCode } from "./form-choices.js";
import { byPath, element, IMAGE, input, isAsked, now, outdated, part } from "./form-fields.js";
import { judgeLeft, left } from "./form-problems.js";

export async function readFirmware(file) {
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
    const old = isAsked(field) ? input(field).value.trim() : textOf(now.before && valueAt(now.before, field.at));
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
