// The page of any entry, where entries are too many for a page each: what is said of it, and its model
// in full, are fetched, two small files.

import { addressOf } from "./addresses.js";
import { answerFiles, modelOf, showVerdict } from "./answers.js";
import { element, idOf, isCode, teller, valueOf } from "./telling.js";

const part = (id) => document.getElementById(id);
const { dataset } = part("any-entry");
const ROOT = new URL(dataset.root, document.baseURI);
const rows = JSON.parse(dataset.rows);
const answersOf = answerFiles(ROOT, JSON.parse(dataset.parts));
const { said, happened } = teller(dataset);
const title = document.title;

function link(text, path, kind = "") {
  const made = element("a", text, kind);
  made.href = new URL(path, ROOT);
  return made;
}

function refuse(sentence) {
  part("told").textContent = sentence;
  part("told").hidden = false;
  part("entry").hidden = true;
  document.title = title;
}

function fact([path, name], device) {
  const text = valueOf(device, path);
  if (!text) return null;
  const made = document.createElement("div");
  made.append(element("dt", name), element("dd", said(path, text), isCode(text) ? "cpl-id cpl-long" : ""));
  return made;
}

function touched(words, folder, one) {
  const made = element("p", `${words} `, "cpl-note");
  made.append(link(one.reference, `${folder}/${encodeURIComponent(one.reference)}/`, "cpl-id"));
  return made;
}

function relative(device, other, answer) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  const name = element("a", other.firmware_version, "cpl-id");
  name.href = addressOf(other.entry_id, ROOT);
  head.append(name);
  const word = document.createElement("td");
  word.append(element("span", answer.word, `cpl-tag cpl-tag--${answer.tone}`));
  const beside = document.createElement("td");
  beside.append(link("Compare", `compare/?${new URLSearchParams({ a: device.entry_id, b: other.entry_id })}`));
  beside.firstChild.setAttribute("aria-label", `Compare with ${other.entry_id}`);
  row.append(head, element("td", `${other.hardware_version} ${other.hardware_revision}`, "cpl-id"), element("td", other.gbcs_version), word, beside);
  return row;
}

function show(device, devices, answers) {
  const answer = answers.get(device.entry_id);
  part("entry-name").replaceChildren(`${answer.name}, firmware `, element("span", device.firmware_version, "cpl-id"));
  part("maker").textContent = answer.manufacturer;
  part("maker").href = new URL(`manufacturers/${encodeURIComponent(device.manufacturer)}/`, ROOT);
  part("gone").hidden = answer.state !== "removed";
  showVerdict(part("verdict"), answer);
  part("answer").className = `cpl-answer cpl-answer--${answer.tone}`;
  part("answer").replaceChildren(element("span", answer.word, `cpl-tag cpl-tag--${answer.tone}`), ` ${answer.sentence}`);
  part("more").replaceChildren(
    ...answer.notes.map((note) => element("p", note)),
    ...device.incidents.map((one) => touched(one.open ? "Touched by the open incident" : "Was touched by incident", "incidents", one)),
    ...device.campaigns.map((one) => touched("A target of campaign", "campaigns", one)),
  );
  part("facts-of").replaceChildren(...rows.map((row) => fact(row, device)).filter(Boolean));
  part("happened").replaceChildren(happened(device));
  const others = devices.filter((one) => one !== device && answers.has(one.entry_id));
  part("family").hidden = !others.length;
  part("family").querySelector("tbody").replaceChildren(...others.map((one) => relative(device, one, answers.get(one.entry_id))));
  const name = `${device.entry_id.split("-").slice(0, 3).join("-")}.json`;
  part("json").textContent = name;
  part("json").href = new URL(`api/v1/models/${name}`, ROOT);
  part("address").textContent = `${addressOf(device.entry_id, ROOT).href}`;
  part("told").hidden = true;
  part("entry").hidden = false;
  document.title = `${answer.name}, firmware ${device.firmware_version} - ${title}`;
}

async function open() {
  const id = idOf(new URLSearchParams(location.search).get("id") ?? "");
  part("id").value = id;
  if (!id) return refuse("Which entry? Give its entry id, or choose it from the finder or from a list.");
  const [, code = "", model = ""] = id.split("-");
  try {
    const answers = new Map((await answersOf(code, model)).map((one) => [one.entry_id, one]));
    if (!answers.has(id)) return refuse(`There is no entry ${id} in the register.`);
    const devices = await modelOf(id, ROOT);
    return show(devices.find((one) => one.entry_id === id), devices, answers);
  } catch {
    return refuse("The entry could not be fetched: try again later.");
  }
}

await open();
document.documentElement.dataset.entry = "ready";
