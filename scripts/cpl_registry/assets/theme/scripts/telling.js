// Entries from their JSON in words. The words come from the build, in the data of an element.

export function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// An entry id from what somebody gave: capitals, spaces and an address around it do not matter.
export function idOf(text) {
  const found = /[a-z]+(?:[\s-]+[0-9a-f]+){5}/.exec(text.trim().toLowerCase());
  return found ? found[0].split(/[\s-]+/).join("-") : text.trim().toLowerCase();
}

// The text of a field; `certificates.CPA.number` is that of the certificate of a scheme.
export function valueOf(device, path) {
  const [name, scheme, field] = path.split(".");
  const value = scheme ? device[name].find((one) => one.scheme === scheme)?.[field] : device[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}

export const isCode = (text) => /^[0-9A-F]{2,64}$/.test(text) || /^[a-z]+-[0-9a-f]{4}-/.test(text) || /^[A-Z]+(-[A-Z0-9]+)+$/.test(text);

export function teller(data) {
  const [events, months, makers, fields] = ["events", "months", "makers", "fields"].map((name) => JSON.parse(data[name]));

  // A value as people read it: days in words, makers by name, stages without hyphens.
  const said = (path, text) => (path === "manufacturer" ? (makers[text] ?? text) : path === "delivery" ? text.replaceAll("-", " ") : wordsOf(text));
  const wordsOf = (text) => {
    const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    return found ? `${Number(found[3])} ${months[Number(found[2]) - 1]} ${found[1]}` : text;
  };
  const nameOf = (path) => fields[path] ?? path;

  function happened(device) {
    const list = element("ol", "", "cpl-history");
    list.append(...device.history.map((one) => {
      const names = one.changed.map((change) => nameOf(change.field));
      return element("li", `${events[one.event] ?? one.event} on ${wordsOf(one.date)}${names.length ? `: ${names.join("; ")}` : ""}`);
    }));
    return list;
  }

  return { said, happened };
}
