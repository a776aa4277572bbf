// Slips in copying digits: a letter in the place of a digit, one digit wrong, two neighbours exchanged.
// What is found here is told and offered; it never answers for what was given.

const MEANT = { O: "0", I: "1", L: "1" };
const isHex = (text) => /^[0-9a-f]+$/i.test(text);

// What is wrong in a text that is almost hex: `told` in words, `length` in digits, and `mended` where each
// wrong letter looks like one digit; null where it is hex, or something else altogether.
export function wrongDigits(text) {
  const given = [...text.trim().split(/[\s:._-]+/).map((part) => part.replace(/^0x/i, "")).join("")];
  const wrong = given.map((letter, at) => ({ letter, at })).filter(({ letter }) => !isHex(letter));
  const alike = wrong.every(({ letter }) => letter.toUpperCase() in MEANT);
  if (!wrong.length || (!alike && (wrong.length > 2 || wrong.length * 2 > given.length))) return null;
  const told = [...new Set(wrong.map(({ letter }) => letter))].map((letter) => {
    const all = wrong.filter((one) => one.letter === letter);
    const where = new Intl.ListFormat("en-GB").format(all.map(({ at }) => `${at + 1}`));
    const meant = MEANT[letter.toUpperCase()];
    return `character${all.length > 1 ? "s" : ""} ${where} ${all.length > 1 ? "are" : "is"} ${
      meant ? `the letter ${letter}: did you mean ${meant}?` : `${letter}, which is no hex digit (0 to 9, A to F)`}`;
  }).join(" And ");
  return { told, length: given.length, mended: alike ? [...text.trim()].map((letter) => MEANT[letter.toUpperCase()] ?? letter).join("") : null };
}

const places = (one, other) => [...one].map((digit, at) => (digit === other[at] ? -1 : at)).filter((at) => at >= 0);

// Whether two texts of one length are a slip apart: one digit, or two neighbours exchanged.
export function slipped(one, other) {
  const [first, second, ...more] = places(one, other);
  if (first === undefined || more.length) return false;
  return second === undefined || (second === first + 1 && one[first] === other[second] && one[second] === other[first]);
}

const FIELDS = [["manufacturer", 0, 4], ["model", 4, 8], ["hardware", 8, 12], ["firmware", 12, 20]];
const typeOf = (id) => id.split("-")[0].toUpperCase();
const digitsOf = (id) => id.split("-").slice(1).join("");

// What is near a key and is not it: the same product, the same firmware on other hardware, or a slip away.
// What is no longer on the list comes last, however near it is. Each with the fields that differ, and where.
export function nearest(entries, id) {
  const key = digitsOf(id);
  return entries
    .map((one) => ({ one, digits: digitsOf(one.entry_id) }))
    .filter(({ one, digits }) => one.entry_id !== id && (digits.slice(0, 12) === key.slice(0, 12) || slipped(digits, key) ||
      (digits.slice(0, 8) === key.slice(0, 8) && digits.slice(12) === key.slice(12))))
    .map(({ one, digits }) => ({ one, digits, at: places(digits, key) }))
    .sort((a, b) => (a.one.install === "no") - (b.one.install === "no") || a.at.length - b.at.length)
    .map(({ one, digits, at }) => ({
      one,
      differs: !at.length ? [{ field: "type", has: typeOf(one.entry_id), given: typeOf(id) }] : FIELDS.filter(([, start, end]) => at.some((place) => place >= start && place < end))
        .map(([field, start, end]) => ({ field, has: digits.slice(start, end).toUpperCase(), given: key.slice(start, end).toUpperCase() })),
    }));
}
