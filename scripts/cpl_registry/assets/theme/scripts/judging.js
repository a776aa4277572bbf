// What is wrong with answers in the form: each by itself, and all against each other. The fields and
// the reference data come from the build. The checks of the register judge the file again and in full.

const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

export function dayExists(text) {
  const found = DAY.exec(text);
  if (!found) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
}

const fits = (field, text) => (!field.pattern || new RegExp(field.pattern, "u").test(text)) && (!field.longest || [...text].length <= field.longest);

// Letters beyond ASCII: composed, of one script, and nothing but letters.
function oddLetters(text) {
  const beyond = [...text].filter((one) => one > "~");
  if (!beyond.length) return "";
  if (text.normalize("NFC") !== text) return "The letters are not composed (Unicode form NFC): type them again.";
  const odd = beyond.find((one) => !/^[\p{L}\p{M}]$/u.test(one));
  if (odd) return `Leave out ${odd}: beyond the plain characters only letters can stand here.`;
  const letters = [...text].filter((one) => /^\p{L}$/u.test(one));
  const latin = letters.filter((one) => /^\p{Script=Latin}$/u.test(one));
  return latin.length && latin.length < letters.length ? "Use letters of one script." : "";
}

// What is wrong with the answer to one field; an empty text where nothing is.
export function problemOf(field, text, needed) {
  const hint = /[.?]$/.test(field.hint) ? field.hint : `${field.hint}.`;
  if (text === "") return needed ? `Missing. ${hint}` : "";
  if (field.words.includes(text)) return "";
  if (field.is_list) return text.split(",").every((part) => fits(field, part.trim())) ? "" : hint;
  if (field.words.length || !fits(field, text)) return hint;
  if (field.is_day && !dayExists(text)) return "There is no such day. Write it as YYYY-MM-DD.";
  return field.is_prose ? oddLetters(text) : "";
}

const HEX = /^\^\[0-9A-F\]\{[0-9]+\}\$$/;

// The text without spaces at its ends; hex digits also without spaces and colons, in capitals.
export function mended(field, text) {
  const plain = text.trim();
  if (!HEX.test(field.pattern)) return plain;
  const made = plain.replaceAll(/^0x|[\s:]/gi, "").toUpperCase();
  return problemOf(field, made, false) === "" ? made : plain;
}

// What is wrong with the answers together: problems stop the file, notes do not. Each is a pair of
// the field's path and a sentence. `changed` are the paths that an amendment changes; for a new entry all.
export function judged(known, texts, { day, changed, has, last, keys }) {
  const problems = [];
  const notes = [];
  const problem = (path, sentence) => problems.push([path, sentence]);
  // What the list does not take today may be told of a submission, which is listed later.
  const early = (path, sentence) => (changed ? problems : notes).push([path, sentence]);
  const touched = (...paths) => paths.some((path) => !changed || changed.has(path));
  const kind = known.types[texts.device_type];

  const maker = known.makers.find((one) => one.slug === texts.manufacturer);
  const code = texts.manufacturer_identifier;
  if (maker && code && !maker.codes.includes(code)) {
    const owner = known.makers.find((one) => one.codes.includes(code));
    problem("manufacturer_identifier", `${code} ${owner ? `belongs to ${owner.name}` : "is registered to nobody"}; the codes of ${maker.name}: ${maker.codes.join(", ") || "none"}.`);
  }
  if (keys?.taken) problem("firmware_version", `${keys.taken} is in the register already: change that entry, or correct the key.`);

  versions(known, kind, texts, day, touched, problem, early);
  certificates(kind, texts, day, touched, has, problem, early, notes);

  const hash = texts["manufacturer_image.sha256"];
  if (hash && (hash === known.nothing || new Set(hash).size === 1)) {
    problem("manufacturer_image.sha256", `This is no hash of an image: it is ${hash === known.nothing ? "the SHA-256 of an empty file" : "one digit repeated"}.`);
  }
  if (keys?.same && touched("manufacturer_image.sha256")) notes.push(["manufacturer_image.sha256", `This image hash stands at ${keys.same} too: check the hash.`]);
  upgrades(texts["manufacturer_image.upgrades_from"], keys, touched, problem);
  if (last && day && day < last) problem("history.date", `The line before is of ${last}: the days of a history never go back.`);
  return { problems, notes };
}

function versions(known, kind, texts, day, touched, problem, early) {
  const [name, version, gbcs] = ["technical_specification.name", "technical_specification.version", "gbcs_version"];
  if (!touched(name, version, gbcs)) return;
  if (kind && texts[name] && !kind.families.includes(texts[name])) {
    problem(name, `${texts[name]} does not go with ${texts.device_type}: choose ${kind.families.join(" or ")}.`);
  }
  const found = known.families[texts[name]]?.find((one) => one.version === texts[version]);
  const level = known.families[known.gbcs]?.find((one) => one.version === texts[gbcs]);
  if (texts[name] && texts[version] && !found) problem(version, `${texts[name]} ${texts[version]} is not known.`);
  if (texts[gbcs] && !level) problem(gbcs, `GBCS ${texts[gbcs]} is not known.`);
  if (found && level && !found.gbcs.includes(level.version)) {
    problem(gbcs, `${texts[name]} ${found.version} goes with ${found.gbcs.map((one) => `GBCS ${one}`).join(" or ") || "no GBCS version"}, not with GBCS ${level.version}.`);
  }
  for (const [path, one, called] of [[version, found, texts[name]], [gbcs, level, known.gbcs]]) {
    if (!one || !day || !touched(path)) continue;
    if (one.end && one.end < day) problem(path, `${called} ${one.version}: nothing new can name it since ${one.end}.`);
    else if (one.start > day) early(path, `${called} ${one.version} starts on ${one.start}; no entry on the list can name it before.`);
  }
}

function certificates(kind, texts, day, touched, has, problem, early, notes) {
  const leads = new Set([...has].filter((path) => path.endsWith(".issued")).map((path) => path.slice(0, -"issued".length)));
  for (const lead of leads) {
    const scheme = lead.split(".")[1];
    const [number, issued, expires, due] = ["number", "issued", "expires", "renewal_due"].map((part) => texts[`${lead}${part}`] ?? "");
    const begun = Boolean(number || issued || expires || due);
    const needed = kind?.needs.includes(lead);
    if (!begun && !needed) continue;
    if (begun && !number && !needed) problem(`${lead}number`, "Missing: a certificate has a number.");
    if (begun && !issued && !needed) problem(`${lead}issued`, "Missing: a certificate has a day of issue.");
    if (has.has(`${lead}expires`)) {
      if (!expires && !due) problem(`${lead}expires`, "Give the expiry date, or for a lifetime certificate the renewal due date.");
      if (expires && due) problem(`${lead}renewal_due`, "A certificate has an expiry date or a renewal due date, never both: leave one empty.");
    }
    const [path, end] = expires ? [`${lead}expires`, expires] : [`${lead}renewal_due`, due];
    if (issued && end && dayExists(end) && end < issued) problem(path, `${end} is before the day of issue, ${issued}.`);
    else if (end && day && dayExists(end) && end < day && touched(path)) early(path, `The certificate ended on ${end}, before ${day}: nothing is listed with it.`);
    if (issued && day && dayExists(issued) && issued > day && touched(`${lead}issued`)) notes.push([`${lead}issued`, `The ${scheme} certificate is dated ${issued}, after ${day}: check the day.`]);
  }
}

function upgrades(text, keys, touched, problem) {
  const path = "manufacturer_image.upgrades_from";
  if (!text || !keys?.entry || !touched(path)) return;
  const ids = text.split(",").map((part) => part.trim()).filter((part) => part.includes("-") && /[0-9]/.test(part));
  const product = keys.entry.split("-").slice(0, 3).join("-");
  const stray = ids.find((id) => !id.startsWith(`${product}-`));
  if (stray) problem(path, `${stray} is of another product: name earlier firmware of ${product}.`);
  else if (ids.includes(keys.entry)) problem(path, "An entry is no upgrade of itself.");
  else {
    const unknown = keys.listed && ids.find((id) => !keys.listed.has(id));
    if (unknown) problem(path, `There is no entry ${unknown} in the register.`);
  }
}
