// Many devices at once. The answers of all manufacturers are fetched, each once, before anything of the
// list is looked up: what is asked for tells nothing of the list, and afterwards no network is needed.

import { leadOf } from "./answers.js";
import { devicesOf } from "./many.js";
import { entryId, keyOf, lookup } from "./reading.js";
import { csvOf, save } from "./tables.js";

const ADDED = ["read_as", "entry_id", "verdict", "state", "answer", "told", "as_of"];
const part = (id) => document.getElementById(id);
const pause = () => new Promise((go) => setTimeout(go));

// What is said of each device: `{ verdict, word, cells }`, the cells those of ADDED.
export function judged(found, entries, wordOf, on) {
  const read = found.problems.length || found.elsewhere === "type-2" ? "" : entryId(found, found.type || "any");
  const said = (all, ids = "", more = "") => {
    const verdict = [...new Set(all.map(leadOf))].join("; ");
    const word = all.map((one) => one.word).join("; ");
    const sentence = all.map((one) => one.sentence).join(" ") + more;
    return { verdict, word, cells: [read, ids, verdict, all.map((one) => one.state).join(" "), word, sentence, on] };
  };
  if (found.elsewhere === "type-2") return said([wordOf("type-2")]);
  if (found.problems.length) {
    return found.elsewhere ? said([wordOf(found.elsewhere)]) : said([wordOf("not-understood")], "", ` ${found.problems.join("; ")}.`);
  }
  const { hits } = lookup(entries, found);
  if (found.elsewhere) return said([wordOf(found.elsewhere)]);
  return hits.length ? said(hits, hits.map((one) => one.entry_id).join(" ")) : said([wordOf("not-listed")]);
}

export function listen({ known, types, answersOf, wordOf }) {
  const progress = part("progress");
  let made = null;
  let running = 0;

  async function all(tell = () => 0) {
    const found = new Map();
    let done = 0;
    await Promise.all([...known].map(async (code) => {
      found.set(code, await answersOf(code));
      done += 1;
      tell(`Fetching the list: ${done} of ${known.size}`);
    }));
    return found;
  }

  // Rows of one key stand together, so that a long list is not searched from end to end for each device.
  function grouped(answers) {
    const found = new Map();
    for (const entries of answers.values())
      for (const one of entries) {
        const key = one.entry_id.slice(one.entry_id.indexOf("-") + 1);
        found.set(key, [...(found.get(key) ?? []), one]);
      }
    return found;
  }

  async function check(text, name) {
    running += 1;
    const mine = running;
    part("counts").hidden = true;
    made = null;
    let list;
    try {
      list = devicesOf(text, types);
    } catch (problem) {
      progress.textContent = `${name} could not be read: ${problem.message}.`;
      return;
    }
    let answers;
    try {
      answers = grouped(await all((text) => (progress.textContent = text)));
    } catch {
      progress.textContent = wordOf("not-reached").sentence;
      return;
    }
    const counts = new Map();
    const rows = [];
    const on = part("codes").dataset.on;
    for (const { cells, found } of list.rows) {
      const key = found.firmware && !found.problems.length ? keyOf(found) : "";
      const one = judged(found, answers.get(key) ?? [], wordOf, on);
      const kind = `${one.verdict}|${one.word}`;
      counts.set(kind, { ...one, number: (counts.get(kind)?.number ?? 0) + 1 });
      rows.push({ cells, told: one.cells });
      if (rows.length % 1000 === 0) {
        progress.textContent = `${rows.length.toLocaleString("en-GB")} of ${list.rows.length.toLocaleString("en-GB")} checked`;
        await pause();
        if (mine !== running) return;
      }
    }
    const width = Math.max(list.header.length, ...rows.map(({ cells }) => cells.length));
    const padded = (cells) => [...cells, ...Array(width - cells.length).fill("")];
    const header = list.header.length ? list.header : Array.from({ length: width }, (_, index) => `column_${index + 1}`);
    made = csvOf([[...padded(header), ...ADDED], ...rows.map(({ cells, told }) => [...padded(cells), ...told])]);
    show(counts, rows.length);
  }

  function show(counts, total) {
    part("verdicts").tBodies[0].replaceChildren(...[...counts.values()].sort((a, b) => b.number - a.number).map(({ verdict, word, number }) => {
      const made = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = verdict;
      const answer = document.createElement("td");
      answer.textContent = word;
      const cell = document.createElement("td");
      cell.className = "cpl-number";
      cell.textContent = number.toLocaleString("en-GB");
      made.append(head, answer, cell);
      return made;
    }));
    part("counts").hidden = false;
    progress.textContent = `${total.toLocaleString("en-GB")} ${total === 1 ? "device" : "devices"} checked.`;
  }

  const take = async (file) => {
    if (file.size > 20e6) progress.textContent = `${file.name} could not be read: it is larger than 20 MB.`;
    else await check(await file.text(), file.name);
  };

  part("list").addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = part("file").files;
    const text = part("pasted").value;
    if (text.trim()) check(text, "What was pasted");
    else if (file) take(file);
    else progress.textContent = "Choose a file, or paste rows.";
  });
  part("file").addEventListener("change", () => part("file").files.length && take(part("file").files[0]));
  part("pasted").addEventListener("dragover", (event) => event.preventDefault());
  part("pasted").addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  part("download").addEventListener("click", () => made && save("checked.csv", made));
  // Whoever opens this may be about to lose the network: all is fetched now.
  part("many").addEventListener("toggle", () => part("many").open && all().catch(() => 0));
}
