/** Asking for many things, some at once, and handing on the answers in the order of the questions: no list of all of either is ever held. */
import PQueue from "p-queue";

/** How many answers may wait for an earlier one, for each that is under way: a slow one does not stop the others. */
const ahead = 4;

/**
 * @param items taken as there is room for them @param concurrency how many are worked on at once
 * @param work whose first failure ends all of it: what is not begun by then never is
 */
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
      // It is awaited in its turn; until then its failure is nobody's.
      result.catch(() => undefined);
      results.push(result);
      if (results.length >= ahead * concurrency) yield* results.splice(0, 1);
    }
    for (const result of results) yield await result;
  } finally {
    queue.clear();
  }
}
