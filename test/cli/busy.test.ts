/** A command that meets another run on its stack. With the real engine: test/soak/waits.test.ts. */
import { hostname } from "node:os";
import { onceFree, StackBusy } from "../../cli/engine/busy";

let said: string[];
beforeEach(() => {
  jest.useFakeTimers();
  said = [];
  jest.spyOn(process.stderr, "write").mockImplementation((line) => said.push(String(line)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const wait = async (milliseconds: number) => {
  await jest.advanceTimersByTimeAsync(milliseconds);
};

const busy = new StackBusy("The stack is currently locked by 1 lock(s).");

test("it begins again when that has ended, and says for how long it waits", async () => {
  const work = jest.fn().mockRejectedValueOnce(busy).mockRejectedValueOnce(busy).mockResolvedValue("done");
  expect([await onceFree("dev", work, wait), work.mock.calls.length]).toEqual(["done", 3]);
  expect(said[0]).toBe(
    "Waiting for another run on stack dev, which holds its lock or deploys it, for at most 20 minutes …\n",
  );
});

test("where it does not end, what kept it out is the failure, within the time limit of every job", async () => {
  const work = jest.fn().mockRejectedValue(busy);
  await expect(onceFree("dev", work, wait)).rejects.toBe(busy);
  expect(work).toHaveBeenCalledTimes(41);
});

test.each([
  ["of a process that has ended is left: nobody waits for it", [hostname(), 2 ** 30], 1],
  ["of this process", [hostname(), process.pid], 41],
  ["of another machine", ["elsewhere", 2 ** 30], 41],
])("a lock %s", async (_, [host, pid], times) => {
  const locked = new StackBusy(
    `The stack is currently locked by 1 lock(s).\n  locks/1.json: created by root@${host} (pid ${pid}) at 2026-11-24T10:00:00Z`,
  );
  const work = jest.fn().mockRejectedValue(locked);
  await expect(onceFree("dev", work, wait)).rejects.toBe(locked);
  expect(work).toHaveBeenCalledTimes(times);
});

test("every other failure is one at once", async () => {
  const refused = new Error("no");
  const work = jest.fn().mockRejectedValue(refused);
  await expect(onceFree("dev", work, wait)).rejects.toBe(refused);
  expect([work.mock.calls.length, said]).toEqual([1, []]);
});
