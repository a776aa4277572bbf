// What is labelled in a text: by words, columns, elements or members. Nothing here touches the page.

// What labels, columns, elements and members are called, without blanks, dashes and underscores.
const LABELS = {
  entryid: "entry",
  type: "type", devicetype: "type", duisdevicetype: "type",
  manufacturer: "manufacturer", manufactureridentifier: "manufacturer", manufacturerid: "manufacturer",
  manufacturercode: "manufacturer", devicemanufacturer: "manufacturer", maker: "manufacturer", mfr: "manufacturer",
  model: "model", modelidentifier: "model", modelid: "model", devicemodel: "model", devicemodelduis: "model",
  hardware: "hardware", hw: "hardware", hardwareversion: "hardware", hwversion: "hardware",
  hardwarerevision: "revision", hwrevision: "revision", hwrev: "revision", revision: "revision", rev: "revision",
  firmware: "firmware", fw: "firmware", firmwareversion: "firmware", fwversion: "firmware",
  devicefirmwareversion: "firmware",
  smetschtsversion: "specification", technicalspecification: "specification", techspec: "specification",
};
const LABEL = new RegExp(
  "(?<![\\w-])(" +
    ["(?:duis )?device type", "type", "(?:device )?manufacturer(?: identifier| id| code)?", "maker", "mfr",
      "device model(?: duis)?", "model(?: identifier| id)?",
      "(?:hardware|hw) (?:version|revision|rev)", "hardware|hw", "revision|rev",
      "(?:device )?(?:firmware|fw)(?: version)?"].join("|").replaceAll(" ", "[ _-]?") +
    ")(?![\\w-])\\s*[:=#]?\\s*",
  "gi",
);

export const labelOf = (name) => {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  return Object.hasOwn(LABELS, plain) ? LABELS[plain] : undefined;
};

// The [label, value] pairs of a text, and what stands before the first.
export function pairsOf(text) {
  const pairs = [];
  const take = (name, value) => {
    const label = labelOf(name);
    if (label) pairs.push([label, value]);
  };
  for (const [, name, value] of text.matchAll(/<(?:[\w.-]+:)?([A-Za-z]+)>([^<]*)<\//g)) take(name, value);
  for (const [, name, value] of text.matchAll(/"([A-Za-z_]+)"\s*:\s*"([^"\\]*)"/g)) take(name, value);
  if (pairs.length) return { pairs, before: "" };
  const marks = [...text.matchAll(LABEL)];
  marks.forEach((mark, index) => {
    const value = text.slice(mark.index + mark[0].length, marks[index + 1]?.index);
    take(mark[1], value.replace(/[\s,;|]+$/, ""));
  });
  return { pairs, before: marks.length ? text.slice(0, marks[0].index).trim() : "" };
}

// A row under its header: two lines of a table of ours, or of an inventory.
export function underHeader(text) {
  const lines = text.trim().split(/\r?\n/);
  if (lines.length !== 2 || !lines[0].includes(",")) return null;
  const names = lines[0].split(",").map(labelOf);
  if (!names.includes("firmware") && !names.includes("entry")) return null;
  const cells = lines[1].split(",").map((cell) => cell.replace(/^"|"$/g, ""));
  return names.map((name, index) => [name, cells[index] ?? ""]).filter(([name]) => name);
}
