// Which entries a question finds: exact parts of identifiers, beginnings of words, and what was chosen.
// It takes the columns of api/v1/finder.json. Nothing here touches the page.

export const FACETS = ["device_type", "manufacturer", "status", "delivery", "specification", "gbcs", "certificate"];

export const dayOf = (days) => (days ? new Date(days * 864e5).toISOString().slice(0, 10) : "");

const SEARCHED = ["name", "manufacturer", "device_type", "specification", "gbcs", "answer"];

// The data as rows of plain values, with what is searched in them worked out once.
export function tableOf({ words, columns, total }) {
  const searched = SEARCHED.map((name) => [words[name].map(wordsOf), columns[name]]);
  const days = new Map();
  const dayIn = (count) => days.get(count) ?? days.set(count, dayOf(count)).get(count);
  return Array.from({ length: total }, (_, at) => {
    const code = words.code[columns.code[at]];
    const device_type = words.device_type[columns.device_type[at]];
    const model = columns.model[at];
    const hardware = columns.hardware[at];
    const firmware = columns.firmware[at];
    return {
      device_type,
      manufacturer: words.manufacturer[columns.manufacturer[at]],
      status: words.status[columns.status[at]],
      delivery: words.delivery[columns.delivery[at]],
      specification: words.specification[columns.specification[at]],
      gbcs: words.gbcs[columns.gbcs[at]],
      certificate: words.certificate[columns.certificate[at]],
      code,
      name: words.name[columns.name[at]],
      answer: words.answer[columns.answer[at]],
      tone: words.tone[columns.answer[at]],
      model,
      hardware,
      firmware,
      end: dayIn(columns.end[at]),
      renewal: Boolean(columns.renewal[at]),
      digits: `${code}${model}${hardware}${firmware}`.toLowerCase(),
      id: `${device_type}-${code}-${model}-${hardware.slice(0, 2)}-${hardware.slice(2)}-${firmware}`.toLowerCase(),
      words: searched.map(([texts, places]) => texts[places[at]]),
    };
  });
}

const wordsOf = (text) =>
  text.normalize("NFKC").toLowerCase().split(/[^\p{L}\p{N}.]+/u).map((word) => word.replace(/^\.+|\.+$/g, "")).filter(Boolean);

// A question as words, and as runs of hex digits. Parts of a run that are shorter than four digits
// belong to their neighbours: `38 04 04 04` is one firmware version and not four bytes anywhere.
export function questionOf(text) {
  const parts = [];
  for (const word of wordsOf(text)) {
    const plain = word.replace(/^0x/, "");
    const bytes = /^[0-9a-f]{2}(?:\.[0-9a-f]{2})+$/.test(plain);
    const hex = bytes || /^[0-9a-f]{2,}$/.test(plain);
    const last = parts.at(-1);
    if (!hex) parts.push({ words: [word] });
    else if (last?.groups) {
      last.groups.push(plain.replaceAll(".", ""));
      last.words.push(word);
    } else parts.push({ groups: [plain.replaceAll(".", "")], words: [word] });
  }
  for (const part of parts.filter((one) => one.groups)) {
    const joined = [part.groups[0]];
    part.groups.slice(1).forEach((group, index) => {
      const whole = group.length >= 4 && part.groups[index].length >= 4;
      if (whole) joined.push(group);
      else joined[joined.length - 1] += group;
    });
    part.groups = joined;
  }
  return parts;
}

function hasGroups(digits, groups) {
  let from = 0;
  for (const group of groups) {
    const at = digits.indexOf(group, from);
    if (at < 0) return false;
    from = at + group.length;
  }
  return true;
}

// Whether a row says a part of a question. Many rows share the words of a name: each text is asked once.
function saidBy({ groups, words }) {
  const asked = words.map((word) => {
    const known = new Map();
    const begins = (own) => own.some((one) => one.startsWith(word));
    return (own) => known.get(own) ?? known.set(own, begins(own)).get(own);
  });
  return (row) => (groups && hasGroups(row.digits, groups)) || asked.every((begins) => row.words.some(begins));
}

// The rows that a question finds, and for each facet how many rows each of its words would leave.
export function match(table, text, chosen = {}) {
  const parts = questionOf(text).map(saidBy);
  const asked = FACETS.filter((facet) => chosen[facet]);
  const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
  const found = [];
  const count = (facet, row) => counts[facet].set(row[facet], (counts[facet].get(row[facet]) ?? 0) + 1);
  for (const row of table) {
    if (!parts.every((isSaidBy) => isSaidBy(row))) continue;
    const failed = asked.filter((facet) => row[facet] !== chosen[facet]);
    if (failed.length === 0) {
      found.push(row);
      for (const facet of FACETS) count(facet, row);
    } else if (failed.length === 1) count(failed[0], row);
  }
  return { found, counts };
}

const order = new Intl.Collator("en-GB", { numeric: true });

// Rows in the order of a column; those that have nothing in it stand last.
export function sorted(rows, column, backwards = false) {
  if (!column) return rows;
  const plain = ["code", "model", "hardware", "firmware", "end"].includes(column);
  const compare = plain ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : order.compare;
  return rows.toSorted((a, b) => {
    if (!a[column] || !b[column]) return Number(!a[column]) - Number(!b[column]);
    return (backwards ? -1 : 1) * compare(a[column], b[column]);
  });
}
