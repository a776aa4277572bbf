// Pages of prose whose titles have every word of what is asked: the list itself knows only Device Models.

import { element } from "./finder-rows.js";
import { questionOf } from "./finding.js";

let titles = null;
export async function showGuides(place, root, text, isAsked) {
  const words = questionOf(text).flatMap((one) => one.words).filter((word) => word.length > 2);
  if (words.length && !titles) {
    titles = fetch(new URL("guides.json", root)).then((said) => (said.ok ? said.json() : { guides: [] })).catch(() => ({ guides: [] }));
  }
  const known = words.length ? (await titles).guides : [];
  if (!isAsked()) return;
  const fitting = known.filter(({ title }) => words.every((word) => title.toLowerCase().split(/[^a-z0-9]+/).some((own) => own.startsWith(word))));
  place.querySelector("ul").replaceChildren(...fitting.slice(0, 8).map(({ title, path }) => {
    const link = element("a", title);
    link.href = new URL(path, root);
    const item = element("li");
    item.append(link);
    return item;
  }));
  place.hidden = !fitting.length;
}
