// What is said of the entries of a manufacturer code: one small file, fetched once; of a code with many
// entries one for each part, the last digits of its models.

// `parts` are the codes that have entries, each with its parts, blanks between; none if one file has all.
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

  // The entries of a code, as far as they can be of a model, or of one that `fits` takes for like it, digits
  // and those of the model in their place; without a model, all.
  return async function answersOf(code, model = "", fits = (digits, own) => digits === own) {
    const digits = parts[code.toUpperCase()];
    if (digits === undefined) return [];
    if (!digits) return fetched(code);
    const own = digits.split(" ").filter((part) => !model || fits(part, model.slice(-part.length).toLowerCase()));
    return (await Promise.all(own.map((part) => fetched(`${code}-${part}`)))).flat();
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

// The Device Model of an entry id as people read it: its type where it is known, then its four values.
function namedBy(id) {
  const [type, manufacturer, model, version, revision, firmware] = id.toUpperCase().split("-");
  return [...(type === "ANY" ? [] : [type]), manufacturer, model, version + revision, firmware].join(" ");
}

// The verdict of an answer as pages show it: question, lead, reason. The question names what it is about, so that
// a picture of it can stand alone.
export function showVerdict(place, one, id = one.entry_id, question = document.createElement("span")) {
  const name = document.createElement("span");
  name.className = "cpl-id";
  name.textContent = id && namedBy(id);
  question.replaceChildren(...(id ? ["May ", name, " be installed?"] : ["May it be installed?"]));
  const lead = document.createElement("strong");
  lead.textContent = leadOf(one);
  place.className = `cpl-verdict cpl-verdict--${one.tone}`;
  place.replaceChildren(question, " ", lead, one.installing.slice(leadOf(one).length));
}
