import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withFileLock } from "../../engine/repository";
import { temporaryFolder } from "./fixtures";

const folder = temporaryFolder();
const lock = join(folder.path, "locks", "one");
const elsewhere = JSON.stringify({ pid: 1, space: "another machine", id: "x" });
beforeEach(() => {
  mkdirSync(join(folder.path, "locks"), { recursive: true });
});
afterEach(folder.remove);

const quick = { pollMs: 5, heartbeatMs: 10, silenceMs: 60 };

/** The most of so many holders that worked at the same time. */
async function mostAtOnce(holders: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await sleep(10);
    inside--;
  };
  await Promise.all(Array.from({ length: holders }, () => withFileLock(lock, work, quick)));
  return most;
}

test("holders follow one another", async () => {
  expect(await mostAtOnce(4)).toBe(1);
  expect(readdirSync(join(folder.path, "locks"))).toEqual([]);
});

test("a holder that works for longer than the silence limit keeps its lock by its signs of life", async () => {
  const order: string[] = [];
  const first = withFileLock(
    lock,
    async () => {
      await sleep(200);
      order.push("first");
    },
    quick,
  );
  const second = withFileLock(lock, async () => Promise.resolve(order.push("second")), quick);
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});

test("a machine that stands still for longer than the silence limit takes no lock from a holder that stood still with it", async () => {
  const patient = { ...quick, heartbeatMs: 40 };
  const order: string[] = [];
  const waits = Promise.withResolvers<undefined>();
  const first = withFileLock(
    lock,
    async () => {
      await waits.promise;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * quick.silenceMs);
      await sleep(2 * patient.heartbeatMs);
      order.push("first");
    },
    patient,
  );
  const onWait = (): void => {
    waits.resolve(undefined);
  };
  const second = withFileLock(lock, async () => Promise.resolve(order.push("second")), { ...patient, onWait });
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});

test("the lock of a holder elsewhere that gives no sign of life is taken over, whatever its clock says", async () => {
  writeFileSync(lock, elsewhere);
  utimesSync(lock, new Date("2100-01-01"), new Date("2100-01-01"));
  let waited = false;
  const onWait = (): void => {
    waited = true;
  };
  await expect(withFileLock(lock, () => Promise.resolve("done"), { ...quick, onWait })).resolves.toBe("done");
  expect(waited).toBe(true);
});

test("of many that find an abandoned lock, one after the other works", async () => {
  writeFileSync(lock, elsewhere);
  expect(await mostAtOnce(8)).toBe(1);
});

test("work that fails gives the lock back", async () => {
  await expect(withFileLock(lock, () => Promise.reject(new Error("no")), quick)).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
});
