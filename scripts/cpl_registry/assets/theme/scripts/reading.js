// How what somebody typed or pasted is read as the key of an entry: exactly, or not at all. Blanks,
// colons, dots and dashes between whole bytes, `0x` and the case of letters do not count; no digit is
// added, dropped or guessed. Nothing here touches the page.

export const FIELDS = { manufacturer: 4, model: 4, hardware: 4, firmware: 8 };
export const NAMES = {
  type: "Device type",
  manufacturer: "Manufacturer identifier",
  model: "Model identifier",
  hardware: "Hardware version and revision",
  firmware: "Firmware version",
};
const TYPES = ["ESME", "GSME", "CH", "PPMID", "HCALCS"];
const TYPE_2 = ["IHD", "CAD"]; // that the list has none of them is recalled, not read in a source
const HUB = { CHF: "CH", GPF: "CH" }; // to the DCC a Communications Hub is two devices
const ALL = 20;

// What labels, columns, elements and members are called, without blanks, dashes and underscores.
const LABELS = {
  entryid: "entry",
  type: "type", devicetype: "type", duisdevicetype: "type",
  manufacturer: "manufacturer", manufactureridentifier: "manufacturer", manufacturerid: "manufacturer",
  manufacturercode: "manufacturer", devicemanufacturer: "manufacturer", maker: "manufacturer", mfr: "manufacturer",
  model: "model", modelidentifier: "model", modelid: "model", devicemodel: "model", devicemodelduis: "model",
  hardware: "hardware", hw: "hardware", hardwareversion: "hardware", hwversion: "hardware",
  hardwarerevision: "revision", hwrevision: "revision", hwrev: "revision", revision: "revision", rev: "revision",
  firmware: "firmware", fw: "firmware", firmwareversion: "firmware", fwversion: "firmware",
  devicefirmwareversion: "firmware",
  smetschtsversion: "specification", technicalspecification: "specification", techspec: "specification",
};
const LABEL = new RegExp(
  "(?<![\\w-])(" +
    ["(?:duis )?device type", "type", "(?:device )?manufacturer(?: identifier| id| code)?", "maker", "mfr",
      "device model(?: duis)?", "model(?: identifier| id)?",
      "(?:hardware|hw) (?:version|revision|rev)", "hardware|hw", "revision|rev",
      "(?:device )?(?:firmware|fw)(?: version)?"].join("|").replaceAll(" ", "[ _-]?") +
    ")(?![\\w-])\\s*[:=#]?\\s*",
  "gi",
);
const ENTRY = /(?<![\w-])([a-z0-9]{1,10})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{2})-([0-9a-f]{2})-([0-9a-f]{8})(?![\w-])/gi;
const SMETS1 = /(?<!\w)SMETS ?(?:1(?![\w.])|V?1\.[0-9])/i;
const smets1 = (text) => (SMETS1.test(text) ? "smets1" : "");
const DAY = /^\d{4}-\d\d-\d\d(?:T.*)?$/;

export const labelOf = (name) => {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  return Object.hasOwn(LABELS, plain) ? LABELS[plain] : undefined;
};

// The digits of a text in capitals; null where it is no hex, or where its parts are no whole bytes.
export function digitsOf(text) {
  const parts = text.trim().split(/[\s:._-]+/).map((part) => part.replace(/^0x/i, ""));
  if (!parts.every((part) => /^[0-9a-f]+$/i.test(part))) return null;
  if (parts.length > 1 && parts.some((part) => part.length % 2)) return null;
  return parts.join("").toUpperCase();
}

const typeOf = (text, types) => {
  const word = text.trim().toUpperCase();
  return (Object.hasOwn(HUB, word) && HUB[word]) || (types.includes(word) ? word : null);
};

export const entryId = (read, type = read.type) =>
  [type, ...bare(read)].join("-").toLowerCase();
export const keyOf = (read) => bare(read).join("-").toLowerCase();
const bare = (read) => [read.manufacturer, read.model, read.hardware.slice(0, 2), read.hardware.slice(2), read.firmware];

const nothing = () => ({ type: "", parts: [], unread: [], problems: [], elsewhere: "" });

function put(found, field, given, read) {
  if (found[field] && found[field] !== read) {
    found.problems.push(`${NAMES[field]} is told twice, as ${found[field]} and as ${read}: is it more than one device?`);
    return;
  }
  if (found[field]) return;
  found[field] = read;
  found.parts.push({ field, given: given.trim(), read });
}

// Fields by their label: [label, value] pairs, where a label is a value of LABELS.
export function readPairs(pairs, types = TYPES) {
  const found = nothing();
  const given = pairs.filter(([, value]) => value.trim() !== "");
  const entry = given.find(([label]) => label === "entry");
  if (entry) return readEntry(entry[1], types) ?? { ...found, problems: [`${entry[1].trim()} is no entry id`] };
  let version = null;
  let revision = null;
  for (const [label, value] of given) {
    if (label === "specification") {
      found.elsewhere ||= smets1(value);
    } else if (label === "type") {
      const type = typeOf(value, types);
      if (type) put(found, "type", value, type);
      else if (TYPE_2.includes(value.trim().toUpperCase())) return { ...found, elsewhere: "type-2" };
      else found.problems.push(`${NAMES.type} ${value.trim()} is none that the list knows`);
    } else {
      const digits = digitsOf(value);
      const odd = (length) => found.problems.push(
        `${NAMES[label === "revision" ? "hardware" : label]} ${value.trim()} is not ${length} hex digits`);
      if (label === "model" && digits?.length === 8) {
        put(found, "model", value, digits.slice(0, 4));
        put(found, "hardware", value, digits.slice(4));
      } else if (label === "hardware" && digits?.length === 2) version = [value, digits];
      else if (label === "revision") digits?.length === 2 ? (revision = [value, digits]) : odd(2);
      else if (digits?.length !== FIELDS[label]) odd(FIELDS[label]);
      else put(found, label, value, digits);
    }
  }
  if (version && revision) put(found, "hardware", `${version[0].trim()} ${revision[0].trim()}`, version[1] + revision[1]);
  else if (version || revision) found.problems.push("Hardware needs a version and a revision, two hex digits each");
  for (const field of Object.keys(FIELDS)) {
    const told = found.problems.some((problem) => problem.startsWith(NAMES[field]) || (field === "hardware" && problem.startsWith("Hardware")));
    if (!found[field] && !told) found.problems.push(`${NAMES[field]}: nothing was given`);
  }
  return found;
}

function readEntry(text, types) {
  const ids = [...text.matchAll(ENTRY)];
  if (!ids.length) return null;
  const found = nothing();
  const distinct = new Set(ids.map(([id]) => id.toLowerCase()));
  // A row of a table of ours begins with its entry id, and may name others after it.
  if (distinct.size > 1 && text.slice(0, ids[0].index).replace(/["\s]/g, "") !== "") {
    found.problems.push(`There are ${distinct.size} entry ids: check many at once below`);
    return found;
  }
  const [id, type, manufacturer, model, version, revision, firmware] = ids[0];
  const known = typeOf(type, types);
  if (known) put(found, "type", id, known);
  else found.problems.push(`${NAMES.type} ${type} is none that the list knows`);
  for (const [field, digits] of Object.entries({ manufacturer, model, hardware: version + revision, firmware }))
    put(found, field, id, digits.toUpperCase());
  return found;
}

function pairsOf(text) {
  const pairs = [];
  const take = (name, value) => {
    const label = labelOf(name);
    if (label) pairs.push([label, value]);
  };
  for (const [, name, value] of text.matchAll(/<(?:[\w.-]+:)?([A-Za-z]+)>([^<]*)<\//g)) take(name, value);
  for (const [, name, value] of text.matchAll(/"([A-Za-z_]+)"\s*:\s*"([^"\\]*)"/g)) take(name, value);
  if (pairs.length) return { pairs, before: "" };
  const marks = [...text.matchAll(LABEL)];
  marks.forEach((mark, index) => {
    const value = text.slice(mark.index + mark[0].length, marks[index + 1]?.index);
    take(mark[1], value.replace(/[\s,;|]+$/, ""));
  });
  return { pairs, before: marks.length ? text.slice(0, marks[0].index).trim() : "" };
}

// A row under its header: two lines of a table of ours, or of an inventory.
function underHeader(text) {
  const lines = text.trim().split(/\r?\n/);
  if (lines.length !== 2 || !lines[0].includes(",")) return null;
  const names = lines[0].split(",").map(labelOf);
  if (!names.includes("firmware") && !names.includes("entry")) return null;
  const cells = lines[1].split(",").map((cell) => cell.replace(/^"|"$/g, ""));
  return names.map((name, index) => [name, cells[index] ?? ""]).filter(([name]) => name);
}

const elsewhere = (found, text) => ({ ...found, elsewhere: found.elsewhere || smets1(text) });

export function read(text, types = TYPES) {
  const plain = text.normalize("NFKC").slice(0, 20000);
  if (plain.trim() === "") return { ...nothing(), problems: ["Nothing was given"] };
  const entry = readEntry(plain, types);
  if (entry) return { ...entry, elsewhere: smets1(plain) };
  const row = underHeader(plain);
  if (row) return elsewhere(readPairs(row, types), plain);
  const numbers = plain.match(/"(?:Device)?(?:Manufacturer|Model|FirmwareVersion)"\s*:\s*\d+/i);
  const { pairs, before } = pairsOf(plain);
  if (numbers || pairs.some(([label]) => label in FIELDS)) {
    const found = readPairs(pairs, types);
    if (numbers) found.problems.unshift("An identifier is a number and no text: zeros may have been lost");
    if (before) found.unread.push(before);
    return elsewhere(found, plain);
  }
  return readTokens(plain, types);
}

// Digits in their order, without labels: manufacturer, model, hardware, firmware, 20 in all.
function readTokens(text, types) {
  const found = nothing();
  found.elsewhere = smets1(text);
  const tokens = [];
  for (const token of text.split(/[\s,;|/"'()<>{}[\]]+/).filter(Boolean)) {
    const type = typeOf(token, types);
    const digits = DAY.test(token) ? null : digitsOf(token);
    if (type) put(found, "type", token, type);
    else if (TYPE_2.includes(token.toUpperCase())) found.elsewhere = "type-2";
    else if (digits && digits.length % 2 === 0 && digits.length <= ALL) tokens.push({ token, digits });
    else found.unread.push(token);
  }
  const isId = ({ token }) => /^(?:[0-9a-f]{2}[-:]){7}[0-9a-f]{2}$/i.test(token); // a device's own id
  const isWord = ({ token }) => /^[a-f]+$/i.test(token);
  const ways = [() => true, (one) => !isId(one), (one) => !isWord(one), (one) => !isId(one) && !isWord(one)];
  const count = (kept) => kept.reduce((sum, { digits }) => sum + digits.length, 0);
  const kept = ways.map((way) => tokens.filter(way)).find((some) => count(some) === ALL);
  if (!kept) {
    found.problems.push(
      `${count(tokens) || "No"} hex digits were found, and a Device Model has 20: manufacturer 4, model 4, hardware 4, firmware 8`);
    return found;
  }
  found.unread.push(...tokens.filter((one) => !kept.includes(one)).map(({ token }) => token));
  const all = kept.map(({ digits }) => digits).join("");
  let at = 0;
  for (const [field, length] of Object.entries(FIELDS)) {
    let start = 0;
    const given = kept.filter(({ digits }) => {
      const inside = start < at + length && start + digits.length > at;
      start += digits.length;
      return inside;
    });
    put(found, field, given.map(({ token }) => token).join(" "), all.slice(at, at + length));
    at += length;
  }
  return found;
}

// What a list of one manufacturer has under exactly this key, and what is near it and is not it.
export function lookup(entries, found) {
  const key = keyOf(found);
  const rest = (id) => id.slice(id.indexOf("-") + 1);
  const same = entries.filter((one) => rest(one.entry_id) === key);
  const hits = same.filter((one) => !found.type || one.entry_id === entryId(found));
  const product = key.slice(0, key.lastIndexOf("-"));
  const firmware = key.slice(key.lastIndexOf("-") + 1);
  const apart = (one) => [...rest(one.entry_id)].filter((digit, at) => digit !== key[at]).length;
  const near = entries.filter((one) => !hits.includes(one) && (same.includes(one) ||
    rest(one.entry_id).startsWith(`${product}-`) ||
    (rest(one.entry_id).startsWith(key.slice(0, 9)) && rest(one.entry_id).endsWith(`-${firmware}`))));
  near.sort((a, b) => apart(a) - apart(b));
  return { hits, near };
}
