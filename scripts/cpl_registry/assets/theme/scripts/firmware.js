// A GBCS firmware file: the OTA header, the Upgrade Image behind it, and what is wrong with either.
// It says what `cpl new --image` says of the same octets. All numbers are little-endian.

const FIXED = 56;
const [VERSION, LENGTH, CONTROL, TOTAL] = [4, 6, 8, 52];
const OPTIONAL = [[0x1, 1], [0x2, 8], [0x4, 4]];
const HARDWARE = 0x4;
const SIGNATURE = 64;
const TAIL = 2 + SIGNATURE;
export const MOST_BYTES = 16 * 1024 * 1024;

const hex = (number, digits) => number.toString(16).toUpperCase().padStart(digits, "0");
const headerLength = (control) => OPTIONAL.reduce((sum, [bit, octets]) => sum + (control & bit ? octets : 0), FIXED);

function view(raw) {
  const seen = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return { two: (at) => seen.getUint16(at, true), four: (at) => seen.getUint32(at, true) };
}

export function problemsOf(raw) {
  const { two, four } = view(raw);
  const whole = "get the whole file again from who made it";
  const size = raw.length;
  if (size >= 4 && four(0) !== 0x0beef11e) {
    const start = [...raw.slice(0, 4)].map((octet) => hex(octet, 2)).join("");
    return [[0, `not an OTA file: it starts with ${start}, not 1EF1EE0B`, "give the OTA file itself, not packed and not in hex digits"]];
  }
  if (size < FIXED) return [[size, `truncated: the header alone has ${FIXED} octets, the file ${size}`, whole]];
  if (size > MOST_BYTES) return [[MOST_BYTES, `larger than ${MOST_BYTES} octets`, "give one firmware image"]];

  const found = [];
  const [version, control] = [two(VERSION), two(CONTROL)];
  const length = headerLength(control);
  if (version !== 0x0100) {
    found.push([VERSION, `header version 0x${hex(version, 4)} is not known, only 0x0100`, "make the file with a known version"]);
  }
  if (control & ~0x7) {
    found.push([CONTROL, `field control 0x${hex(control, 4)} has bits that are not known`, "clear the unknown bits"]);
  } else {
    if (!(control & HARDWARE)) {
      found.push([CONTROL, "no hardware range: field control says that no hardware versions follow", "make the file with minimum and maximum hardware version"]);
    }
    if (two(LENGTH) !== length) {
      found.push([LENGTH, `header length is ${two(LENGTH)}, the fields that it names have ${length} octets`, "state the true length"]);
    } else if (control & HARDWARE && size >= length && two(length - 4) > two(length - 2)) {
      found.push([length - 4, `the hardware range ends before it starts: ${hex(two(length - 4), 4)} to ${hex(two(length - 2), 4)}`, "exchange the two"]);
    }
  }
  const total = four(TOTAL);
  if (size < total) found.push([size, `truncated: the header says ${total} octets, the file has ${size}`, whole]);
  else if (size > total) found.push([TOTAL, `the header says ${total} octets, the file has ${size}`, "remove what does not belong"]);
  else if (size < length + 1 + TAIL) {
    found.push([Math.min(size, length), `no room for a Manufacturer Image: ${Math.max(0, size - length)} octets behind the header`, whole]);
  } else if (raw[size - SIGNATURE - 1] !== SIGNATURE) {
    found.push([size - SIGNATURE - 1, `signature length is 0x${hex(raw[size - SIGNATURE - 1], 2)}, not 0x40`, "end the Upgrade Image with 0x40 and the signature of 64 octets"]);
  }
  return found;
}

// What the header says, and the octets of the Manufacturer Image alone. Only of a file without problems.
export function imageOf(raw) {
  const { two, four } = view(raw);
  const length = headerLength(two(CONTROL));
  return {
    fields: { manufacturer_identifier: hex(two(10), 4), firmware_version: hex(four(14), 8) },
    hardware: [hex(two(length - 4), 4), hex(two(length - 2), 4)],
    image: raw.slice(length, raw.length - TAIL),
  };
}

export async function digestOf(octets) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
  return [...found].map((octet) => hex(octet, 2)).join("");
}
