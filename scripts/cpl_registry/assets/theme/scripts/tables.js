// Tables as text: CSV in and CSV out. Nothing here touches the page.

// Rows of cells. The mark between cells is the one that the first line has most of: comma, tab,
// semicolon or bar; a quote stands round a whole cell.
export function rowsOf(text) {
  const first = text.slice(0, (text.indexOf("\n") + 1 || text.length + 1) - 1);
  const mark = [",", "\t", ";", "|"].reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
  const rows = [];
  let row = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      let end = at + 1;
      for (;;) {
        const quote = text.indexOf('"', end);
        if (quote < 0) throw new Error(`a quoted cell in row ${rows.length + 1} is never closed`);
        cell += text.slice(end, quote);
        end = quote + 1;
        if (text[end] !== '"') break;
        cell += '"';
        end += 1;
      }
      at = end;
    }
    const rest = at;
    while (at < text.length && text[at] !== mark && text[at] !== "\n") at += 1;
    row.push(cell + text.slice(rest, at).replace(/\r$/, ""));
    if (text[at] !== mark || at === text.length) {
      rows.push(row);
      row = [];
    } else if (at === text.length - 1) row.push("");
    at += 1;
  }
  if (row.length) rows.push(row);
  return rows.filter((cells) => cells.some((cell) => cell.trim() !== ""));
}

// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
const FORMULA = /^[\s]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const cellOf = (text) => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csvOf = (rows) => rows.map((row) => `${row.map((cell) => cellOf(String(cell ?? ""))).join(",")}\r\n`).join("");

// Hands a text to the reader as a file. Nothing leaves the browser.
export function save(name, text, type = "text/csv") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
