// An entry as data: the values of its fields, and what an act makes of it. What the acts do is what
// `cpl new`, `cpl amend` and `cpl renew` do; tests hold the two to the same bytes.

export const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

const copy = (value) => {
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
};

// The value of a field: a text, a list of texts, or undefined. `at` leads to it from the root; in a
// list, the step names the item by one of its fields.
export function valueAt(data, at) {
  return at.reduce((here, step) => {
    if (here === undefined) return undefined;
    return typeof step === "string" ? here[step] : here.find((one) => one[step.by] === step.is);
  }, data);
}

// The data with one field set; null drops it, and what is empty without it.
export function withValue(data, at, value) {
  const made = copy(data);
  set(made, at, value);
  return made;
}

function set(here, [step, ...rest], value) {
  if (!rest.length) {
    if (value === null) delete here[step];
    else here[step] = value;
    return;
  }
  if (typeof rest[0] === "string") {
    here[step] ??= {};
    set(here[step], rest, value);
    if (!Object.keys(here[step]).length) delete here[step];
    return;
  }
  const [{ by, is, order }, ...inside] = rest;
  const listed = (here[step] ??= []);
  let one = listed.find((item) => item[by] === is);
  if (!one) {
    one = { [by]: is };
    const place = order.indexOf(is);
    listed.splice(listed.filter((item) => order.indexOf(item[by]) < place).length, 0, one);
  }
  set(one, inside, value);
  if (Object.keys(one).length === 1) listed.splice(listed.indexOf(one), 1);
  if (!listed.length) delete here[step];
}

// A text as the value of a field that may hold a list, whose items stand between commas.
export function valueOf(field, text) {
  if (!field.is_list || field.words.includes(text)) return text;
  return text.split(",").map((part) => part.trim());
}

// A value as the text that stands for it in the form.
export const textOf = (value) => (Array.isArray(value) ? value.join(", ") : (value ?? ""));

const told = (words) => Object.fromEntries(Object.entries(words).filter(([, text]) => text));

// A new entry from the texts of its fields, with the line `submitted`.
export function submission(fields, texts, documents, day, words) {
  let made = {};
  for (const field of fields) {
    if (texts[field.path]) made = withValue(made, field.at, valueOf(field, texts[field.path]));
  }
  if (documents.length) {
    const kinds = [...new Set(documents.map((one) => one.kind))];
    made.evidence = kinds.flatMap((kind) => documents.filter((one) => one.kind === kind));
  }
  made.history = [{ date: day, event: "submitted", by: made.manufacturer, ...told(words) }];
  return made;
}

// What has changed, as the fields with the values before and after; null where there is none.
export function changesOf(fields, data, texts) {
  const found = [];
  for (const field of fields) {
    if (!(field.path in texts)) continue;
    const before = valueAt(data, field.at) ?? null;
    const after = texts[field.path] ? valueOf(field, texts[field.path]) : null;
    if (!same(before, after)) found.push({ field, before, after });
  }
  return found;
}

// The entry with the changed values, and with the line of history that tells of them.
export function amended(data, changes, day, words) {
  let made = copy(data);
  const changed = {};
  for (const { field, before, after } of changes) {
    made = withValue(made, field.at, after);
    changed[field.path] = { ...(before !== null && { from: before }), ...(after !== null && { to: after }) };
  }
  made.history.push({ date: day, event: "amended", ...told(words), changed });
  return made;
}

// A template such as `cpl/devices/{device_type}/...`, filled from an entry's key in lower case.
export function filled(template, texts) {
  return template.replaceAll(/\{([a-z_]+)\}/g, (_, name) => texts[name].toLowerCase());
}
