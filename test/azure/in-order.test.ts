import { setTimeout as sleep } from "node:timers/promises";
import { inOrder } from "../../lib/azure/in-order";

async function collected<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of results) all.push(one);
  return all;
}

test("at most so many at once, their results in the order of the items, whichever ends first", async () => {
  const state = { now: 0, most: 0 };
  const work = async (item: number) => {
    state.most = Math.max(state.most, (state.now += 1));
    await sleep(item % 3 === 0 ? 6 : 1);
    state.now -= 1;
    return item * 10;
  };
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(await collected(inOrder(items, 8, work))).toEqual(items.map((item) => item * 10));
  expect(state.most).toBe(8);
});

test("items are taken as there is room, and no more than four for each that is worked on are ahead of who reads", async () => {
  let taken = 0;
  function* items() {
    for (;;) yield (taken += 1);
  }
  const results = inOrder(items(), 2, async (item) => await Promise.resolve(item));
  for (let read = 0; read < 10; read++) await results.next();
  expect(taken).toBe(17);
  await results.return(undefined);
});

test("the first failure ends it in its turn, and what was not begun never is", async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await sleep(1);
    if (item === 3) throw new Error("three");
    return item;
  };
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const results: number[] = [];
  const all = (async () => {
    for await (const one of inOrder(items, 2, work)) results.push(one);
  })();
  await expect(all).rejects.toThrow("three");
  await sleep(20);
  expect([results, begun.length < 20]).toEqual([[0, 1, 2], true]);
});
