// The file: made of the answers, shown, and handed over for a download, a copy, or the Git host's page.

import { canonical } from "./canonical.js";
import { amended, filled, submission, textOf } from "./entry.js";
import { lookUp } from "./form-choices.js";
import { box, byPath, changing, documents, element, known, lineOf, now, outdated, part, plan } from "./form-fields.js";
import { documentProblems, found, left, noteOf, showProblems, tell } from "./form-problems.js";

export async function make() {
  await lookUp();
  const { texts, day, told, changes, notes } = found();
  for (const field of [...known.fields, ...known.line]) {
    left.add(field.path);
    tell(box(field), told.get(field.path) ?? "", noteOf(field, notes));
  }
  const others = documentProblems();
  if (changing && !changes.length && !told.size) others.push(["", "Nothing has changed yet: change at least one value."]);
  if (showProblems(told, others)) return outdated();

  const words = { reason: lineOf("reason"), reference: lineOf("reference") };
  const evidence = documents().map((one) => ({ kind: one.kind.value.trim(), reference: one.reference.value.trim() })).filter((one) => one.kind);
  const data = changing ? amended(now.before, changes, day, words) : submission(known.fields, texts, evidence, day, words);
  show(canonical(data, plan, known.first_line), filled(known.file, texts), changes, notes);
}

function show(text, path, changes, notes) {
  part("result-text").textContent = text;
  part("result-path").textContent = path;
  part("result-told").textContent = changing ? "The whole file as it will be, with the line of history that tells what has changed." : "The whole file of the new entry, with the line that submits it.";
  part("result-changes").replaceChildren(...changes.map(({ field, before: was, after }) => {
    const [from, to] = [textOf(was), textOf(after)];
    return element("li", `${field.label}: ${from ? (to ? `from ${from} to ${to}` : `${from} dropped`) : `added ${to}`}`);
  }));
  part("result-changes").hidden = !changes.length;
  part("result-notes").replaceChildren(...notes.map(([where, sentence]) => element("li", `To be checked: ${byPath.get(where).label}. ${sentence}`)));
  part("result-notes").hidden = !notes.length;
  part("copied").textContent = "";
  const link = part("download");
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  link.download = path.split("/").at(-1);
  linkHost(text, path);
  part("result").hidden = false;
  part("result-heading").focus();
}

const setting = (name) => {
  const address = document.querySelector(`meta[name="cpl-${name}"]`)?.content ?? "";
  return address.startsWith("https://") ? address : "";
};

// The Git host's own page for the file; its address is a setting of the site, and may be unset. So is that of
// its form for those who cannot send a file.
export function linkHost(text = "", path = "") {
  const template = setting(`${changing ? "edit" : "new"}-file`);
  const issue = setting("new-issue");
  const host = part("host");
  const given = Boolean(template);
  const whole = template.replace("{path}", encodeURI(path)).replace("{text}", () => encodeURIComponent(text));
  const short = whole.length < 7500;
  host.hidden = !given;
  host.textContent = changing ? "Open its edit page at the Git host" : "Open a new file at the Git host";
  if (given) host.href = short ? whole : template.replace("{path}", encodeURI(path)).replace("{text}", "");
  for (const one of document.querySelectorAll(".cpl-with-host")) one.hidden = !given;
  for (const one of document.querySelectorAll(".cpl-without-host")) one.hidden = given;
  for (const one of document.querySelectorAll(".cpl-issue")) one.href = issue;
  for (const one of document.querySelectorAll(".cpl-with-issue")) one.hidden = !issue;
  part("next-new").hidden = changing;
  part("next-change").hidden = !changing;
}

export async function copy() {
  const text = part("result-text").textContent;
  try {
    await navigator.clipboard.writeText(text);
    part("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(part("result-text"));
    part("copied").textContent = "This browser does not let the page copy: the text is selected, copy it with the keyboard.";
  }
}
