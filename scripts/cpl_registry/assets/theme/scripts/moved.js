// On the page for addresses that have none: where entries are too many for a page each, the address
// that an entry's own page had leads to the page that shows any.

import { addressOf } from "./addresses.js";

const ROOT = new URL("../", import.meta.url);
const [, id] = /\/devices\/([a-z]+(?:-[0-9a-f]+){5})\/?$/.exec(location.pathname) ?? [];
const there = id && addressOf(id, ROOT);
if (there?.search) location.replace(there);
