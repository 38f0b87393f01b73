// The same work for several things, a few at a time.

const WIDTH = 4;

/** Runs `work` for each; `{item, value}`, or `{item, failure}` for what was thrown, in the order of the items. */
export async function each(items, work, width = WIDTH) {
  const results = [];
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      const at = next;
      next += 1;
      try {
        results[at] = { item: items[at], value: await work(items[at]) };
      } catch (failure) {
        results[at] = { item: items[at], failure };
      }
    }
  };
  await Promise.all(Array.from({ length: width }, run));
  return results;
}
