/** Works on many items, some at once, and yields the results in order, without a list of all of them. */
import PQueue from "p-queue";

/** How many results per running item may wait for an earlier one, so that a slow item stops no other. */
const ahead = 4;

/** @param items are read as capacity becomes free @param work its first failure ends everything */
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
      // The result is awaited in its turn; until then its rejection must not count as unhandled.
      result.catch(() => undefined);
      results.push(result);
      if (results.length >= ahead * concurrency) yield* results.splice(0, 1);
    }
    for (const result of results) yield await result;
  } finally {
    queue.clear();
  }
}
