// Many devices at once: a table, or an inventory as XML or JSON, as rows that are read one by one.
// Nothing here touches the page but the browser's own XML parser.

import { labelOf } from "./labels.js";
import { read, readPairs } from "./reading.js";
import { rowsOf } from "./tables.js";

export const MOST = 10000;
const DUIS = ["DeviceID", "DeviceType", "DeviceManufacturer", "DeviceModel", "DeviceFirmwareVersion", "SMETSCHTSVersion",
  "DeviceGBCSVersion", "CPLStatus"];

// { header, rows }: each row is { cells, found }, where `found` is how it was read.
export function devicesOf(text, types) {
  const plain = text.replace(/^\ufeff/, "").trimStart();
  if (plain === "") throw new Error("there is nothing in it");
  if (plain.startsWith("<")) return records(fromXml(plain), types);
  if (plain.startsWith("{") || plain.startsWith("[")) return records(fromJson(plain), types);
  return fromTable(plain, types);
}

function limited(rows) {
  if (rows.length > MOST) throw new Error(`it has ${rows.length.toLocaleString("en-GB")} rows, and at most 10,000 are read at once: split it`);
  if (rows.length === 0) throw new Error("it has no device");
  return rows;
}

function fromTable(text, types) {
  const rows = rowsOf(text);
  const labels = rows[0].map((name) => labelOf(name.trim()));
  const named = labels.includes("entry") || ["manufacturer", "model", "firmware"].every((label) => labels.includes(label));
  if (!named) {
    return { header: [], rows: limited(rows).map((cells) => ({ cells, found: read(cells.join(" "), types) })) };
  }
  // The list's own column `manufacturer` holds a name; its code has a column of its own.
  const coded = rows[0].some((name) => name.trim() === "manufacturer_identifier");
  if (coded) rows[0].forEach((name, index) => name.trim() === "manufacturer" && (labels[index] = undefined));
  return {
    header: rows[0],
    rows: limited(rows.slice(1)).map((cells) => ({
      cells,
      found: readPairs(labels.map((label, index) => [label, cells[index] ?? ""]).filter(([label]) => label), types),
    })),
  };
}

const records = (devices, types) => ({
  header: DUIS,
  rows: limited(devices).map((device) => ({
    cells: DUIS.map((name) => device[name] ?? ""),
    found: device.number ? { type: "", parts: [], unread: [], elsewhere: "", problems: ["An identifier is a number and no text: zeros may have been lost"] }
      : readPairs(Object.entries(device).map(([name, value]) => [labelOf(name), value]).filter(([label]) => label), types),
  })),
});

function fromXml(text) {
  if (/<!DOCTYPE/i.test(text)) throw new Error("it has a document type declaration, which no answer of the DCC has");
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  if (parsed.querySelector("parsererror")) throw new Error("the XML cannot be read: save the answer again as it came");
  return [...parsed.getElementsByTagNameNS("*", "Device")].map((device) =>
    Object.fromEntries([...device.children].filter((one) => DUIS.includes(one.localName)).map((one) => [one.localName, one.textContent])));
}

function fromJson(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("the JSON cannot be read: save the answer again as it came");
  }
  const found = [];
  const left = [data];
  while (left.length) {
    const one = left.pop();
    if (Array.isArray(one)) left.push(...one.toReversed());
    else if (one && typeof one === "object") {
      const names = Object.entries(one).map(([name, value]) => [DUIS.find((own) => own.toLowerCase() === name.toLowerCase()), value]);
      if (names.some(([name]) => name === "DeviceModel" || name === "DeviceFirmwareVersion")) {
        const device = Object.fromEntries(names.filter(([name, value]) => name && typeof value === "string"));
        if (names.some(([name, value]) => name && typeof value === "number")) device.number = true;
        found.push(device);
      } else left.push(...Object.values(one).toReversed());
    }
  }
  return found;
}
