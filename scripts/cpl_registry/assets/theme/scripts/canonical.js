// The canonical form of an entry: the one sequence of characters that says it. How each value is
// written comes from the build as a plan, made from the schema; here is no list of fields.

const QUOTED = { fields: new Map() };
const PLAIN = /^[A-Za-z][A-Za-z0-9._-]*$/;

// A plan as the build writes it, made ready: fields in their order, words to be asked for.
export function planOf(told, places) {
  const ready = (one) => ({
    plain: one.plain ?? false,
    words: new Set(one.words),
    item: one.item && ready(one.item),
    fields: new Map((one.fields ?? []).map(([name, inner]) => [name, ready(inner)])),
    other: one.other && ready(one.other),
    order: one.ordered ? new Map(places.map((path, place) => [path, place])) : null,
  });
  return ready(told);
}

export function canonical(data, plan, firstLine) {
  const lines = [firstLine];
  mapping(data, plan, "", "", lines);
  return `${lines.join("\n")}\n`;
}

function mapping(data, plan, lead, indent, lines) {
  let start = lead;
  for (const key of ordered(data, plan)) {
    const value = data[key];
    const inner = plan.fields.get(key) ?? plan.other ?? QUOTED;
    if (typeof value === "string") {
      lines.push(`${start}${key}: ${scalar(value, inner)}`);
    } else if (empty(value)) {
      lines.push(`${start}${key}: ${Array.isArray(value) ? "[]" : "{}"}`);
    } else {
      lines.push(`${start}${key}:`);
      if (Array.isArray(value)) sequence(value, inner, `${indent}  `, lines);
      else mapping(value, inner, `${indent}  `, `${indent}  `, lines);
    }
    start = indent;
  }
}

function sequence(data, plan, indent, lines) {
  const inner = plan.item ?? QUOTED;
  for (const value of data) {
    if (typeof value === "string") lines.push(`${indent}- ${scalar(value, inner)}`);
    else if (empty(value)) lines.push(`${indent}- ${Array.isArray(value) ? "[]" : "{}"}`);
    else if (!Array.isArray(value)) mapping(value, inner, `${indent}- `, `${indent}  `, lines);
    else {
      lines.push(`${indent}-`);
      sequence(value, inner, `${indent}  `, lines);
    }
  }
}

const empty = (value) => Object.keys(value).length === 0;

function ordered(data, plan) {
  const keys = Object.keys(data);
  if (plan.order) {
    const place = (key) => plan.order.get(key) ?? plan.order.size;
    return keys.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  }
  const known = [...plan.fields.keys()].filter((key) => Object.hasOwn(data, key));
  return [...known, ...keys.filter((key) => !plan.fields.has(key))];
}

function scalar(text, plan) {
  if ((plan.plain && PLAIN.test(text)) || plan.words?.has(text)) return text;
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

// What a text in canonical form says. A text in any other form is not understood, and whoever asks
// must write what was read and compare: only then was it read right.
export function readCanonical(text) {
  const lines = text.split("\n").slice(1, -1);
  let at = 0;
  const indentOf = (line) => line.length - line.trimStart().length;
  const block = (indent) => (lines[at]?.startsWith("- ", indent) ? items(indent) : fields(indent));

  function fields(indent) {
    const made = Object.create(null);
    while (at < lines.length && indentOf(lines[at]) === indent && !lines[at].startsWith("- ", indent)) {
      const found = /^ *([A-Za-z0-9_.-]+):(?: (.+))?$/.exec(lines[at]);
      if (!found || Object.hasOwn(made, found[1])) throw new Error(`line ${at + 2} is not in canonical form`);
      at += 1;
      made[found[1]] = found[2] === undefined ? block(indent + 2) : plainOf(found[2]);
    }
    return made;
  }

  function items(indent) {
    const made = [];
    while (at < lines.length && indentOf(lines[at]) === indent && lines[at].startsWith("- ", indent)) {
      const rest = lines[at].slice(indent + 2);
      if (/^[A-Za-z0-9_.-]+:(?: |$)/.test(rest)) {
        lines[at] = `${" ".repeat(indent + 2)}${rest}`;
        made.push(fields(indent + 2));
      } else {
        at += 1;
        made.push(plainOf(rest));
      }
    }
    return made;
  }

  const made = block(0);
  if (at !== lines.length) throw new Error(`line ${at + 2} is not in canonical form`);
  return made;
}

function plainOf(written) {
  if (!written.startsWith('"')) return written;
  return written.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
}
