import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

const preload = join(__dirname, "shifted-clock.cjs");
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SHIFT_CLOCK_")));

/** The output of a process, and of a child process that it starts. */
function run(script: string, variables: Record<string, string>): string {
  const env = { ...clean, ...variables, NODE_OPTIONS: `--require=${preload}` };
  return execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" }).trim();
}

const minute = 60_000;
const now = () => Number(execFileSync(process.execPath, ["-p", "Date.now()"], { env: { ...clean, NODE_OPTIONS: "" } }));

test("a process and those it starts take it to be the last time of that name, a moment apart", () => {
  const child = `require("node:child_process").execFileSync(process.execPath, ["-p", "new Date().toISOString()"]).toString()`;
  const [own = "", childs = ""] = run(`console.log(new Date().toISOString() + " " + ${child})`, {
    SHIFT_CLOCK_TO: "23:30",
  }).split(" ");
  const distance = now() - Date.parse(own);
  expect(own).toMatch(/T23:3[01]:/u);
  expect(distance >= 0 && distance < 1440 * minute + minute).toBe(true);
  expect(Date.parse(childs) - Date.parse(own)).toBeGreaterThanOrEqual(0);
  expect(Date.parse(childs) - Date.parse(own)).toBeLessThan(minute);
});

test("dates that are given stay what they are, and are dates all the same", () => {
  const said = run(
    `const date = new Date(2028, 1, 29); class Own extends Date {}
     console.log(JSON.stringify([date.getDate(), date instanceof Date, new Own(0).toISOString(), new Own(5) instanceof Own,
       Date.UTC(2028, 1, 29), typeof Date(), require("node:fs").statSync("/").mtime instanceof Date, new Date().constructor === new Date(0).constructor]))`,
    { SHIFT_CLOCK_MINUTES: "-1440" },
  );
  expect(JSON.parse(said)).toEqual([
    29,
    true,
    "1970-01-01T00:00:00.000Z",
    true,
    Date.UTC(2028, 1, 29),
    "string",
    true,
    true,
  ]);
});

test("without the variables nothing is moved", () => {
  expect(Math.abs(Number(run("console.log(Date.now())", {})) - now())).toBeLessThan(minute);
});

test("what is no time of day is refused", () => {
  const env = { ...clean, SHIFT_CLOCK_TO: "24:00", NODE_OPTIONS: `--require=${preload}` };
  const { status, stderr } = spawnSync(process.execPath, ["-e", ""], { env, encoding: "utf8" });
  const said = 'SHIFT_CLOCK_TO is "24:00"; it is a time of day in UTC, such as 23:30';
  expect([status === 0, stderr.includes(said)]).toEqual([false, true]);
});
