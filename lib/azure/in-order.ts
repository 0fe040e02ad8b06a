/** Runs work on many items, some at once, and yields the results in the order of the items, without a list of all items or results. */
import PQueue from "p-queue";

/** How many results may wait for an earlier one, for each item in progress: a slow item does not stop the others. */
const ahead = 4;

/** @param items read as capacity becomes free @param work the first failure ends everything: items not started by then are never started */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const queue = new PQueue({ concurrency });
  const results: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = queue.add(async () => await work(item));
      // It is awaited in its turn; until then its rejection must not count as unhandled.
      result.catch(() => undefined);
      results.push(result);
      if (results.length >= ahead * concurrency) yield* results.splice(0, 1);
    }
    for (const result of results) yield await result;
  } finally {
    queue.clear();
  }
}
