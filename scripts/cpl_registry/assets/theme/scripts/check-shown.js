// What "Check my meter" shows: the verdict first, then the answer, then how it was read and what is near.
// The words of every answer come from the build; here they are only put in place.

import { leadOf, showVerdict } from "./answers.js";
import { NAMES } from "./reading.js";

const part = (id) => document.getElementById(id);
const title = document.title;

function element(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function link(text, address, kind) {
  const made = element("a", text, kind);
  made.href = address;
  return made;
}

const each = (said) => [...new Set(said.map(leadOf))];
const heading = part("result-heading");

function article(one, { addressOf, root }, id, question) {
  const made = part("answer").content.cloneNode(true);
  showVerdict(made.querySelector(".cpl-verdict"), one, one.entry_id || id, question);
  made.querySelector(".cpl-answer").classList.add(`cpl-answer--${one.tone}`);
  const tag = made.querySelector(".cpl-tag");
  tag.classList.add(`cpl-tag--${one.tone}`);
  tag.textContent = one.word;
  made.querySelector(".cpl-sentence").textContent = one.sentence;
  const more = made.querySelector(".cpl-more");
  more.append(...one.notes.map((note) => element("li", note)));
  if (!one.notes.length) more.remove();
  made.querySelector(".cpl-touched").replaceWith(...(one.incidents ?? []).map(({ reference, title, words }) => {
    const note = element("p", "Incident ", "cpl-note");
    note.append(link(title, new URL(`incidents/${reference}/`, root)), " (", element("span", reference, "cpl-id"), `): ${words}.`);
    return note;
  }));
  const which = made.querySelector(".cpl-which");
  if (one.entry_id) which.append(link(`${one.manufacturer}, ${one.name}: all about ${one.entry_id}`, addressOf(one.entry_id)));
  else which.remove();
  const newest = made.querySelector(".cpl-newest");
  if (one.newer) newest.append("The newest Active firmware for this hardware is ", link(one.newer.entry_id, addressOf(one.newer.entry_id), "cpl-id"),
    ` (${one.newer.word}): ${leadOf(one.newer).toLowerCase()}.`);
  else newest.remove();
  return made;
}

function row(cells) {
  const made = document.createElement("tr");
  cells.forEach((text, index) => {
    const cell = element(index ? "td" : "th", text);
    if (index) cell.className = "cpl-id cpl-long";
    else cell.scope = "row";
    made.append(cell);
  });
  return made;
}

// Digits beside those that were given, the differing ones marked.
const marked = (has, given) => [...has].map((digit, at) => (digit === given[at] ? digit : element("mark", digit)));

export function showNear(near, addressOf) {
  part("near").hidden = !near.length;
  part("near").querySelector("ul").replaceChildren(...near.slice(0, 5).map(({ one, differs }) => {
    const item = document.createElement("li");
    item.append(link(one.entry_id, addressOf(one.entry_id), "cpl-id"), ` (${one.word})`);
    differs.forEach(({ field, has, given }, index) => {
      const digits = element("span", "", "cpl-id");
      digits.append(...(field === "type" ? [has] : marked(has, given)));
      item.append(`${index ? "," : ":"} ${NAMES[field].toLowerCase()} `, digits, ", you gave ", element("span", given, "cpl-id"));
    });
    return item;
  }));
}

const ORDER = ["yes", "ask", "not-yet", "no"];

function showChoices(choices, addressOf) {
  part("choices").hidden = !choices;
  if (!choices) return;
  part("no-choices").hidden = choices.length > 0;
  const inOrder = choices.toSorted((a, b) => ORDER.indexOf(a.install) - ORDER.indexOf(b.install));
  part("choices").querySelector("ul").replaceChildren(...inOrder.map((one) => {
    const item = document.createElement("li");
    const [type, , , , , firmware] = one.entry_id.split("-");
    item.append(link(firmware.toUpperCase(), addressOf(one.entry_id), "cpl-id"), ` (${type.toUpperCase()}): ${leadOf(one)} `,
      element("span", one.word, `cpl-tag cpl-tag--${one.tone}`));
    return item;
  }));
}

// `told`: what is said, of which entry id, what is near, and for hardware without firmware the choices; `instead`:
// a text that may be meant; `find`: what the finder may be asked. The first question is the heading.
export function show(found, { said, id = "", near = [], choices = null, instead = "", find = "" }, where) {
  const { addressOf, root } = where;
  part("answers").replaceChildren(...said.map((one, index) => article(one, where, id, index ? undefined : heading)));
  const leads = each(said).join("; ");
  part("reading").tBodies[0].replaceChildren(...found.parts.map(({ field, given, read: digits }) => row([NAMES[field], given, digits])));
  part("reading").hidden = !found.parts.length;
  part("reading-heading").hidden = !found.parts.length && !found.unread.length;
  part("problems").replaceChildren(...found.problems.map((problem) => element("li", problem)));
  part("problems").hidden = !found.problems.length;
  part("instead").replaceChildren(...(instead ? ["Did you mean this? ", link(`Check ${instead}`, `?${new URLSearchParams({ q: instead })}`)] : []));
  part("unread").textContent = `Not needed, or not understood: ${found.unread.join(" ")}`;
  part("unread").hidden = !found.unread.length;
  showChoices(choices, addressOf);
  showNear(near, addressOf);
  part("find-these").replaceChildren(...(find ? [link(`All entries with ${find}`, new URL(`devices/?${new URLSearchParams({ q: find })}`, root))] : []));
  part("smets1").hidden = said[0].state !== "not-listed";
  part("result").hidden = false;
  part("tell").textContent = "";
  const problems = found.problems.map((problem) => ` ${problem}.`).join("");
  part("said").textContent = said.map((one) => `${one.installing} ${one.word}. ${one.sentence}`).join(" ") + problems;
  document.title = `${leads}: ${said[0].word} - ${title}`;
}

// The page as it is before anything was asked; `text` says what to do first.
export function showNothing(text = "") {
  part("result").hidden = true;
  part("said").textContent = "";
  part("tell").textContent = text;
  document.title = title;
}

// The verdict at the top of the screen, for the eye; and for the keyboard and the ear where it was asked for.
export function bringUp(focus) {
  if (focus) heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
}
