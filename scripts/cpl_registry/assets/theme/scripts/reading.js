// How what somebody typed or pasted is read as the key of an entry: exactly, or not at all. Blanks,
// colons, dots and dashes between whole bytes, `0x` and the case of letters do not count; no digit is
// added, dropped or guessed. Nothing here touches the page.

import { pairsOf, underHeader } from "./labels.js";
import { wrongDigits } from "./slips.js";

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
const PRODUCT = 12; // without the firmware

const ENTRY = /(?<![\w-])([a-z0-9]{1,10})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{2})-([0-9a-f]{2})-([0-9a-f]{8})(?![\w-])/gi;
const SMETS1 = /(?<!\w)SMETS ?(?:1(?![\w.])|V?1\.[0-9])/i;
const smets1 = (text) => (SMETS1.test(text) ? "smets1" : "");
const DAY = /^\d{4}-\d\d-\d\d(?:T.*)?$/;

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

// `slips` are texts in which a letter stands for a digit, each with the digits that may be meant; `digits`
// are those that were found where they do not make a Device Model.
const nothing = () => ({ type: "", parts: [], unread: [], problems: [], elsewhere: "", slips: [], digits: [] });

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
      const odd = (length) => {
        const name = NAMES[label === "revision" ? "hardware" : label];
        if (!slip(found, name, value)) found.problems.push(`${name} ${value.trim()} is not ${length} hex digits`);
      };
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

// Tells a letter that stands where a digit belongs; false where there is none, or too many.
function slip(found, name, text) {
  const wrong = wrongDigits(text);
  if (!wrong) return false;
  found.problems.push(`${name}${name ? " " : ""}${text.trim()}: ${wrong.told}`);
  if (wrong.mended) found.slips.push([text.trim(), wrong.mended]);
  return true;
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
  const odd = [];
  for (const token of text.split(/[\s,;|/"'()<>{}[\]]+/).filter(Boolean)) {
    const type = typeOf(token, types);
    const digits = DAY.test(token) ? null : digitsOf(token);
    const wrong = wrongDigits(token);
    if (type) put(found, "type", token, type);
    else if (TYPE_2.includes(token.toUpperCase())) found.elsewhere = "type-2";
    else if (digits && digits.length % 2 === 0 && digits.length <= ALL) tokens.push({ token, digits });
    else if (wrong && wrong.length % 4 === 0 && wrong.length <= ALL && (wrong.mended || /\d/.test(token))) odd.push({ token, at: count(tokens), wrong });
    else found.unread.push(token);
  }
  const isId = ({ token }) => /^(?:[0-9a-f]{2}[-:]){7}[0-9a-f]{2}$/i.test(token); // a device's own id
  const isWord = ({ token }) => /^[a-f]+$/i.test(token);
  const ways = [() => true, (one) => !isId(one), (one) => !isWord(one), (one) => !isId(one) && !isWord(one)];
  const some = ways.map((way) => tokens.filter(way));
  const whole = some.find((kept) => count(kept) === ALL);
  const slips = odd.reduce((sum, { wrong }) => sum + wrong.length, 0);
  const kept = whole ?? (slips ? null : some.find((one) => count(one) === PRODUCT));
  found.unread.push(...(whole ? odd : []).map(({ token }) => token));
  if (!kept) {
    found.digits = tokens.map(({ digits }) => digits);
    const known = count(tokens) + slips === ALL;
    let before = 0;
    for (const { token, at, wrong } of odd) {
      const field = fieldAt(at + before);
      slip(found, known && wrong.length === FIELDS[field] ? NAMES[field] : "", token);
      before += wrong.length;
    }
    const torn = found.unread.filter(isUneven);
    found.unread = found.unread.filter((token) => !isUneven(token));
    for (const token of torn) found.problems.push(`${uneven(token)}: one is missing, or one is too many; ${PARTS}`);
    if (!torn.length && (!known || !slips)) found.problems.push(`${count(tokens) || "No"} hex digits were found; ${PARTS}`);
    return found;
  }
  found.unread.push(...tokens.filter((one) => !kept.includes(one)).map(({ token }) => token));
  const all = kept.map(({ digits }) => digits).join("");
  let at = 0;
  for (const [field, length] of Object.entries(FIELDS)) {
    if (at === all.length) break;
    let start = 0;
    const given = kept.filter(({ digits }) => {
      const inside = start < at + length && start + digits.length > at;
      start += digits.length;
      return inside;
    });
    put(found, field, given.map(({ token }) => token).join(" "), all.slice(at, at + length));
    at += length;
  }
  if (!whole) {
    // A firmware that was given with a digit too few or too many is not one that is missing.
    const near = found.unread.findIndex(isUneven);
    if (near < 0) found.problems.push(NO_FIRMWARE);
    else found.problems.push(`${NAMES.firmware} ${uneven(found.unread.splice(near, 1)[0])}, and needs 8`);
  }
  return found;
}

const PARTS = "a Device Model has 20: manufacturer 4, model 4, hardware 4, firmware 8";
const isUneven = (token) => /^[0-9a-f]{3,19}$/i.test(token) && token.length % 2 === 1;
const uneven = (token) => `${token} has ${token.length} hex digits`;
const count = (tokens) => tokens.reduce((sum, { digits }) => sum + digits.length, 0);
const NO_FIRMWARE = `${NAMES.firmware}: nothing was given`;

// Whether all but the firmware was read.
export const lacksFirmware = (found) =>
  Boolean(found.manufacturer && found.model && found.hardware) && found.problems.length === 1 && found.problems[0] === NO_FIRMWARE;

function fieldAt(place) {
  let end = 0;
  return Object.keys(FIELDS).find((field) => (end += FIELDS[field]) > place);
}

// What a text with a slip may be meant as, if that can be read whole: a text to offer, never the answer.
export function insteadOf(text, found, types = TYPES) {
  const mended = found.slips.reduce((made, [given, meant]) => made.replace(given, meant), text.normalize("NFKC"));
  return found.slips.length && !read(mended, types).problems.length ? mended.trim() : "";
}

// What a list of one manufacturer has under exactly this key.
export function lookup(entries, found) {
  const key = keyOf(found);
  const same = entries.filter((one) => one.entry_id.slice(one.entry_id.indexOf("-") + 1) === key);
  return { hits: same.filter((one) => !found.type || one.entry_id === entryId(found)) };
}
