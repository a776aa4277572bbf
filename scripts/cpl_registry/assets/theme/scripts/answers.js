// What is said of the entries of a manufacturer code: one small file, fetched once; of a code with many
// entries one for each last digit of its models.

// `parts` are the codes that have entries, each with the digits that have a file; none if one file has all.
export function answerFiles(root, parts) {
  const kept = new Map();

  function fetched(name) {
    if (!kept.has(name)) {
      const asked = fetch(new URL(`api/v1/check/${name.toLowerCase()}.json`, root)).then((said) => {
        if (!said.ok) throw new Error(`HTTP ${said.status}`);
        return said.json();
      });
      kept.set(name, asked.then(({ entries }) => entries).catch((problem) => {
        kept.delete(name);
        throw problem;
      }));
    }
    return kept.get(name);
  }

  // The entries of a code, as far as they can be of a model; without one, all.
  return async function answersOf(code, model = "") {
    const digits = parts[code.toUpperCase()];
    if (digits === undefined) return [];
    if (!digits) return fetched(code);
    const own = model ? [...digits].filter((digit) => digit === model.at(-1).toLowerCase()) : [...digits];
    return (await Promise.all(own.map((digit) => fetched(`${code}-${digit}`)))).flat();
  };
}

// All devices of an entry's model, in full.
export async function modelOf(id, root) {
  const answer = await fetch(new URL(`api/v1/models/${id.split("-").slice(0, 3).map(encodeURIComponent).join("-")}.json`, root));
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return (await answer.json()).devices;
}

// The words that a verdict begins with: they stand before the colon.
export const leadOf = (one) => one.installing.slice(0, one.installing.indexOf(":"));

// The verdict of an answer as pages show it: question, lead, reason.
export function showVerdict(place, one) {
  const question = document.createElement("span");
  question.textContent = "May it be installed?";
  const lead = document.createElement("strong");
  lead.textContent = leadOf(one);
  place.className = `cpl-verdict cpl-verdict--${one.tone}`;
  place.replaceChildren(question, " ", lead, one.installing.slice(leadOf(one).length));
}
