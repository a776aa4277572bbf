// Two entries side by side, from their JSON. Which fields there are, and what they are called, comes
// from the build; so does the sentence that says where each entry stands.

const part = (id) => document.getElementById(id);
const told = part("comparison");
const ROOT = new URL(told.dataset.root, document.baseURI);
const rows = JSON.parse(told.dataset.rows);
const events = JSON.parse(told.dataset.events);
const months = JSON.parse(told.dataset.months);
const codes = new Set(JSON.parse(told.dataset.codes));
const lists = new Map();
const title = document.title;

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// --- the choice -------------------------------------------------------------------------------------

// An entry id from what somebody gave: capitals, spaces and an address around it do not matter.
function idOf(text) {
  const found = /[a-z]+(?:[\s-]+[0-9a-f]+){5}/.exec(text.trim().toLowerCase());
  return found ? found[0].split(/[\s-]+/).join("-") : text.trim().toLowerCase();
}

function listOf(code) {
  if (!codes.has(code)) return Promise.resolve([]);
  if (!lists.has(code)) {
    const answer = fetch(new URL(`submit/keys/${code}.json`, ROOT)).then((said) => {
      if (!said.ok) throw new Error(`HTTP ${said.status}`);
      return said.json();
    });
    lists.set(code, answer.then(({ entries }) => entries));
  }
  return lists.get(code);
}

async function offer(input) {
  const code = idOf(input.value).split("-")[1] ?? "";
  if (!codes.has(code)) return;
  const entries = await listOf(code).catch(() => []);
  document.getElementById(input.getAttribute("list")).replaceChildren(...entries.map((one) => {
    const option = document.createElement("option");
    option.value = one.entry_id;
    option.label = `${one.name}, ${one.word}`;
    return option;
  }));
}

// --- the values ------------------------------------------------------------------------------------

const makers = JSON.parse(told.dataset.makers);

// A value as people read it: days in words, makers by name, stages without hyphens.
const said = (path, text) => (path === "manufacturer" ? (makers[text] ?? text) : path === "delivery" ? text.replaceAll("-", " ") : wordsOf(text));
const wordsOf = (text) => {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return found ? `${Number(found[3])} ${months[Number(found[2]) - 1]} ${found[1]}` : text;
};

function valueOf(device, path) {
  const [name, scheme, field] = path.split(".");
  const value = scheme ? device[name].find((one) => one.scheme === scheme)?.[field] : device[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}

const isCode = (text) => /^[0-9A-F]{2,64}$/.test(text) || /^[a-z]+-[0-9a-f]{4}-/.test(text) || /^[A-Z]+(-[A-Z0-9]+)+$/.test(text);

function cell(path, text) {
  return element("td", text ? said(path, text) : "none", isCode(text) ? "cpl-id cpl-long" : "");
}

function line([path, name], one, other) {
  const [a, b] = [valueOf(one, path), valueOf(other, path)];
  if (!a && !b) return null;
  const made = document.createElement("tr");
  const head = element("th", name);
  head.scope = "row";
  made.append(head, element("td", a === b ? "same" : "different", a === b ? "" : "cpl-differs"), cell(path, a), cell(path, b));
  return { made, differs: a !== b };
}

function group(name, lines) {
  const made = document.createElement("tbody");
  const head = element("th", name);
  head.colSpan = 4;
  head.scope = "rowgroup";
  const row = document.createElement("tr");
  row.className = "cpl-group";
  row.append(head);
  made.append(row, ...lines.map((one) => one.made));
  return made;
}

function happened(device) {
  const list = element("ol", "", "cpl-history");
  list.append(...device.history.map((one) => {
    const names = one.changed.map((change) => nameOf(change.field));
    return element("li", `${events[one.event] ?? one.event} on ${wordsOf(one.date)}${names.length ? `: ${names.join("; ")}` : ""}`);
  }));
  return list;
}

const fields = JSON.parse(told.dataset.fields);
const nameOf = (path) => fields[path] ?? path;

// --- the page ------------------------------------------------------------------------------------------

function refuse(sentence) {
  part("told").textContent = sentence;
  part("result").hidden = true;
  document.title = title;
}

async function deviceOf(text) {
  const id = idOf(text);
  const code = id.split("-")[1] ?? "";
  const listed = await listOf(code);
  if (!listed.some((one) => one.entry_id === id)) return { id, device: null };
  const answer = await fetch(new URL(`api/v1/devices/${encodeURIComponent(id)}.json`, ROOT));
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return { id, device: (await answer.json()).device };
}

async function compare(focus) {
  const given = ["a", "b"].map((name) => part(name).value);
  if (given.some((text) => !text.trim())) return refuse("");
  let found;
  try {
    found = await Promise.all(given.map(deviceOf));
  } catch {
    return refuse("The entries could not be fetched: try again later.");
  }
  const missing = found.filter((one) => !one.device).map((one) => one.id);
  if (missing.length) return refuse(`Not in the register: ${missing.join(", ")}.`);
  const [one, other] = found.map(({ device }) => device);
  const lines = rows.map((row) => line(row, one, other)).filter(Boolean);
  const differing = lines.filter((each) => each.differs);
  const alike = lines.filter((each) => !each.differs);
  const table = part("table");
  table.replaceChildren(table.caption, table.tHead);
  if (differing.length) table.append(group(`Different (${differing.length})`, differing));
  if (alike.length) table.append(group(`The same (${alike.length})`, alike));
  found.forEach(({ id, device }, index) => {
    const name = "ab"[index];
    const link = part(`name-${name}`);
    link.textContent = id;
    link.href = new URL(`devices/${encodeURIComponent(id)}/`, ROOT);
    part(`head-${name}`).textContent = id;
    part(`answer-${name}`).textContent = device.answer;
    part(`happened-${name}`).replaceChildren(happened(device));
    part(`happened-of-${name}`).textContent = id;
  });
  const count = differing.length === 1 ? "1 field differs" : `${differing.length} fields differ`;
  const sentence = found[0].id === found[1].id ? "This is one entry twice." : `${count}, ${alike.length} are the same.`;
  part("told").textContent = sentence;
  part("result").hidden = false;
  document.title = `${found[0].id} and ${found[1].id} - ${title}`;
  if (focus) part("result-heading").focus();
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  for (const name of ["a", "b"]) {
    part(name).value = asked.get(name) ?? "";
    offer(part(name));
  }
  return compare(false);
}

part("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = new URL(location.href);
  address.search = new URLSearchParams(["a", "b"].map((name) => [name, idOf(part(name).value)]));
  if (address.href !== location.href) history.pushState(null, "", address);
  compare(true);
});
part("exchange").addEventListener("click", () => {
  [part("a").value, part("b").value] = [part("b").value, part("a").value];
  part("choose").requestSubmit();
});
for (const name of ["a", "b"]) part(name).addEventListener("input", (event) => offer(event.target));
addEventListener("popstate", fromAddress);
part("with-scripts").hidden = false;
await fromAddress();
