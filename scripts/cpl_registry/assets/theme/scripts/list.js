// The list as the finder asks it: whole, or in shards, of which a question fetches those that it needs.

import { FACETS, match, questionOf, sorted, tableOf } from "./finding.js";

// `index` is api/v1/finder.json, `fetched` gives a shard's data by its path.
export function listOf(index, fetched) {
  const { complete, total, words } = index;
  const shards = complete ? [{ total, table: tableOf(index) }] : index.shards;
  const holds = (shard, facet, word) => shard.counts[facet][words[facet].indexOf(word)] > 0;

  async function rowsOf(shard) {
    shard.table ??= fetched(shard.path).then(tableOf);
    try {
      return await shard.table;
    } catch (problem) {
      shard.table = undefined;
      throw problem;
    }
  }

  // A choice tells what each of its words would leave: for that a shard is needed too that lacks one of
  // the words chosen. For a choice alone the index has the numbers.
  function needed(asks, facets, chosen) {
    const lacking = asks || facets.length > 1 ? 1 : 0;
    return complete ? shards : shards.filter((shard) => facets.filter((facet) => !holds(shard, facet, chosen[facet])).length <= lacking);
  }

  function countInto(counts, shard, facets) {
    for (const facet of facets)
      words[facet].forEach((word, at) => counts[facet].set(word, (counts[facet].get(word) ?? 0) + shard.counts[facet][at]));
  }

  async function read(from, tell) {
    let done = 0;
    const tables = await Promise.all(from.map(async (shard) => {
      const rows = await rowsOf(shard);
      done += rows.length;
      tell(done, from.reduce((sum, one) => sum + one.total, 0));
      return rows;
    }));
    return tables.flat();
  }

  // The entries from a place on, where all are meant and in their own order.
  async function stretch(first, most, tell) {
    const from = [];
    let at = 0;
    let before = 0;
    for (const shard of shards) {
      if (at + shard.total <= first) before += shard.total;
      else if (at < first + most) from.push(shard);
      at += shard.total;
    }
    return (await read(from, tell)).slice(first - before, first - before + most);
  }

  // What answers a question: how many entries, whether that is all in their own order, how many each word
  // would leave, and rows by their place.
  async function find({ text, chosen, sort, down }, tell = () => 0) {
    const asks = questionOf(text).length > 0;
    const facets = FACETS.filter((facet) => chosen[facet]);
    const everything = !asks && !facets.length && !sort;
    if (!complete && everything) {
      const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
      for (const shard of shards) countInto(counts, shard, FACETS);
      return { total, counts, everything, rows: (first, most) => stretch(first, most, tell) };
    }
    const from = needed(asks, facets, chosen);
    const { found, counts } = match(await read(from, tell), text, chosen);
    // Of one choice alone the index has what its other words would leave in the shards that lack it.
    if (facets.length === 1 && !asks) for (const shard of shards) if (!from.includes(shard)) countInto(counts, shard, facets);
    const result = sorted(found, sort, down);
    return { total: found.length, counts, everything, rows: async (first, most) => result.slice(first, first + most) };
  }

  return { complete, total, find };
}
