/** Every file that a command line, a setting or a variable names, where it has no end, no writer or too much: said at once, or after a limit. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { oidcToken } from "../../lib/azure/oidc-token";
import { Failures } from "../../cli/customers/failures";
import { declaredBy } from "../../cli/customers/grants";
import { namesInTable } from "../../cli/customers/table-file";
import { commands } from "../../cli/commands";
import type { Definition } from "../../cli/options/define";
import { withProposed } from "../../cli/preview/proposed";
import { configurationFile } from "../../cli/options/target-options";
import { requirePlace } from "../../cli/terminal/whole-file";
import { clouds } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { configurationOf, readModelStack } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { Failure } from "../../lib/errors/failure";
import { limits } from "../../lib/http/limits";
import { forgetInterruption, interrupt } from "../../lib/startup/waiting";
import { least } from "../config/configuration";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const fifo = join(folder, "fifo");
const huge = join(folder, "huge");
beforeAll(() => {
  execFileSync("mkfifo", [fifo]);
  writeFileSync(huge, "");
  truncateSync(huge, 1e12);
});

/** What reads each, by the option, setting or variable that names it. */
const texts: Record<string, (file: string) => unknown> = {
  "--from": namesInTable,
  "--grants": async (file) => await declaredBy({ grants: file }),
  "Pulumi.<stack>.yaml, of --proposed": async (file) => {
    const at = mkdtempSync(join(folder, "proposed-"));
    symlinkSync(file, join(at, "Pulumi.dev.yaml"));
    await withProposed({ stack: "dev", commit: "0".repeat(40), cwd: at }, async () => Promise.resolve());
  },
};
const files: Record<string, (file: string) => unknown> = {
  "--endpoints": (file) => parseEndpoints(file, folder),
  "the setting endpoints": (file) => readSettings(configurationOf({ ...least, endpoints: file }), folder),
  "ci.stacks": (file) => {
    const link = join(mkdtempSync(join(folder, "stack-")), "Pulumi.dev.yaml");
    symlinkSync(file, link);
    return readModelStack(link, folder);
  },
  "--config-file": (configFile) => configurationFile({ configFile }),
  ARM_OIDC_TOKEN_FILE_PATH: async (file) => await oidcToken(clouds.AzureCloud, { ARM_OIDC_TOKEN_FILE_PATH: file })?.(),
};

async function problemOf(read: (file: string) => unknown, file: string): Promise<string> {
  const [problem] = await Promise.allSettled([(async () => await read(file))()]);
  const error: unknown = problem.status === "rejected" ? problem.reason : undefined;
  expect(error).toBeInstanceOf(Failure);
  return (error as Failure).message.replaceAll(folder, "…");
}

describe.each(Object.entries({ ...texts, ...files }))("%s", (_, read) => {
  test.each([
    ["a file without an end", "/dev/zero", /more than [\d.]+ MB/u],
    ["a file of a terabyte", huge, /more than [\d.]+ MB/u],
    ["a folder", folder, /EISDIR/u],
    ["none", join(folder, "none"), /ENOENT|no such file|there is no|no file/iu],
  ])("%s", async (_name, file, message) => {
    expect(await problemOf(read, file)).toMatch(message);
  });
});

test.each(Object.entries(files))("%s, a pipe: refused at once", async (_, read) => {
  expect(await problemOf(read, fifo)).toMatch(/it is a pipe, and no file/u);
});

describe.each(Object.entries(texts))("%s, a pipe", (_, read) => {
  const usual = { ...limits };
  const said: string[] = [];
  beforeEach(() => {
    limits.slow = 20;
    jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    Object.assign(limits, usual);
    forgetInterruption();
    said.length = 0;
    jest.restoreAllMocks();
  });

  test.each([
    ["that nobody opens", undefined],
    ["whose writer is silent", "r+"],
  ])("%s: it is told that this waits, and Ctrl-C ends it", async (__, mode) => {
    const writer = mode === undefined ? undefined : openSync(fifo, mode);
    try {
      const problem = problemOf(read, fifo);
      for (let waits = 0; said.length === 0 && waits < 1000; waits += 1) await sleep(10);
      interrupt();
      expect(await problem).toMatch(/^Stopped/u);
      expect(said.join("")).toMatch(/^Waiting for .* to end, for at most 30 minutes …\n/u);
    } finally {
      if (writer !== undefined) closeSync(writer);
    }
  });
});

test("--from, a pipe as a shell makes of <(…): all of it is read", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `customer-${index}.example`);
  const writer = openSync(fifo, "r+");
  const read = namesInTable(fifo);
  // Less than a pipe takes at once, in two parts.
  writeSync(writer, `${names.slice(0, 500).join("\n")}\n`);
  await sleep(50);
  writeSync(writer, names.slice(500).join("\n"));
  await sleep(50);
  closeSync(writer);
  expect(await read).toEqual(names);
});

test("every option that takes a file is here, or one that is written", () => {
  const optionsOf = ({ options = [], subcommands = [] }: Definition): string[] => [
    ...options.filter(({ flags }) => flags.includes("<file>")).map(({ long }) => long ?? ""),
    ...subcommands.flatMap(optionsOf),
  ];
  const written = ["--html", "--markdown", "--customers", "--failures", "--log"];
  const read = Object.keys({ ...texts, ...files });
  expect(
    [...new Set(commands.flatMap(optionsOf))].filter((name) => !written.includes(name) && !read.includes(name)),
  ).toEqual([]);
  for (const name of written) {
    for (const place of ["/dev/null", fifo, folder])
      expect(() => {
        requirePlace(name, place);
      }).toThrow(/is not a file/u);
  }
  expect(() => new Failures("/dev/null")).toThrow(/^--failures \/dev\/null is not a file/u);
});

/** Files of this program's own, of the system, or of the engine's state, which nobody names. */
const own = [
  "lib/startup/bounded-file.ts",
  "lib/startup/build-stamp.ts",
  "lib/startup/compile-cache.ts",
  "lib/startup/engine-watch.ts",
  "components/secret-exposure.ts",
  "cli/terminal/run-command.ts",
  "cli/program.ts",
];

test("no other file of the product reads a file by itself", () => {
  const root = join(__dirname, "../..");
  const all = ["cli", "components", "lib"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => `${room}/${name}`),
  );
  const reads = /\breadFile(?:Sync)?\(|createReadStream\(/u;
  expect(
    all.filter((name) => name.endsWith(".ts") && reads.test(readFileSync(join(root, name), "utf8"))).sort(),
  ).toEqual([...own].sort().filter((name) => name !== "lib/startup/bounded-file.ts"));
});
