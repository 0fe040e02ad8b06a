/** `npm run bench`: the time and memory of the program, the emulator and the command, in pairs of one run. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { measureCommand } from "./bench/command";
import { measureCustomers, perSecond } from "./bench/customers";
import { firstAnswer, peakMegabytes } from "./bench/emulator-start";
import { measureDeployment } from "./bench/deployment";
import { measureFleet } from "./bench/fleet";
import { inTurn, time } from "./bench/measure";
import { latency, measureNetwork } from "./bench/network";
import { measurePrograms } from "./bench/programs";
import { setStage, type Stage } from "./bench/stage";
import {
  fasterRow,
  fractionRow,
  limitRow,
  markdown,
  page,
  plainRow,
  ratioRow,
  type Row,
  networkRow,
  shareRow,
} from "./bench/table";
import { findRepository } from "./engine/repository";

const note = (line: string) => process.stderr.write(`${line}\n`);

async function programRows(stage: Stage): Promise<Row[]> {
  note("The program of a preview …");
  const { load, firstLoad, preview } = await measurePrograms(stage);
  const empty = "an empty program that requires @pulumi/pulumi";
  return [
    ratioRow("the program, start to loaded", empty, load.ours.milliseconds / load.other.milliseconds, 1.15),
    limitRow("its peak memory", load.ours.megabytes, "MB", 160),
    fasterRow(
      "the program's start, nothing compiled before",
      "Pulumi's default TypeScript set-up, nothing compiled before",
      firstLoad.other.milliseconds / firstLoad.ours.milliseconds,
      8,
    ),
    ratioRow(
      "the program of a whole preview, processor time",
      empty,
      preview.ours.cpuMilliseconds / preview.other.cpuMilliseconds,
      1.15,
    ),
    limitRow("its peak memory", preview.ours.megabytes, "MB", 150),
  ];
}

const ratioOf = ([one, other]: readonly [number, number]): number => one / other;

async function commandRows(stage: Stage): Promise<Row[]> {
  note("The command …");
  const found = await measureCommand(stage);
  const { helpAndNode, tokenAndNode, certificateAndSecret, tokenAndPython } = found;
  const { overNetwork, execAndToken, installedAndToken, npxAndToken } = found;
  const network = `\`token partner-center\`, each request ${latency} ms longer`;
  const direct = "`node bin/cli/main.js token partner-center`";
  return [
    ratioRow("`--help`", "`node -e 0`", ratioOf(helpAndNode), 2),
    ratioRow("`token partner-center`", "`node -e 0`", ratioOf(tokenAndNode), 4),
    ratioRow("`token partner-center` with a certificate", "with a client secret", ratioOf(certificateAndSecret), 1.4),
    fasterRow("`token partner-center`", "the same in Python", tokenAndPython[1] / tokenAndPython[0], 2.5),
    fasterRow(network, "the same in Python", overNetwork[1] / overNetwork[0], 1.5),
    ratioRow("`exec -- echo`, until the command starts", "`token partner-center`", ratioOf(execAndToken), 1.3),
    ratioRow("`secure-app-model token partner-center`, installed", direct, ratioOf(installedAndToken), 1.3),
    plainRow("`npx --no secure-app-model token partner-center`", direct, ratioOf(npxAndToken)),
  ];
}

async function networkRows(stage: Stage): Promise<Row[]> {
  note("The command over a network …");
  const found = await measureNetwork(stage);
  return found.map((one) => networkRow(`${one.what}, each request ${latency} ms longer`, one));
}

/** A command of ours on an unchanged stack, beside the engine alone. @returns their ratio */
async function ratioToEngine(stage: Stage, command: string, ...engines: string[]): Promise<number> {
  const { argv, ...bare } = stage.pulumi(stage.repository, ...engines);
  const main = join(stage.repository, "bin", "cli", "main.js");
  const place = argv.slice(argv.indexOf("--stack"), argv.indexOf("--non-interactive"));
  const [ours, engine] = await inTurn(
    7,
    () => time({ ...bare, command: process.execPath, argv: [main, command, ...place] }),
    () => time({ ...bare, argv }),
  );
  return ours / engine;
}

async function engineRows(stage: Stage): Promise<Row[]> {
  note("The drift check, and a deployment that changes nothing …");
  const drift = await ratioToEngine(stage, "drift", "preview", "--expect-no-changes");
  const up = await ratioToEngine(stage, "up", "up", "--refresh", "--yes", "--skip-preview");
  const blind = "`pulumi up --refresh --yes --skip-preview`, which looks at nothing first";
  return [
    ratioRow("`drift` on an unchanged stack", "`pulumi preview --expect-no-changes`", drift, 1.1),
    ratioRow("`up` on an unchanged stack", blind, up, 2.5),
  ];
}

async function deploymentRow(stage: Stage): Promise<Row> {
  note("A whole deployment …");
  const { ours, bare } = await measureDeployment(stage);
  // The role on the vault takes effect after a second here; azuread's own waits are left out in the embedded cloud.
  const longer = ours - bare - 1;
  const than = `the same of plugins that do nothing (${bare.toFixed(1)} s) and a role's wait of a second`;
  return fractionRow("`up` of the whole model, longer", longer, "s", 1, than);
}

async function fleetRows(stage: Stage): Promise<Row[]> {
  note("Thousands of partners' tokens …");
  const { status, requestsPerToken, renew } = await measureFleet(stage);
  const ratio = status.of3000.milliseconds / status.of1000.milliseconds;
  return [
    ratioRow("`status` of 3,000 tokens", "`status` of 1,000", ratio, 3.3),
    limitRow("its peak memory", status.of3000.megabytes, "MB", 120),
    fractionRow("its requests to the vault", requestsPerToken, "a token", 0.05),
    fasterRow("`renew` of 500 tokens, 8 at once", "one by one", renew.oneByOne / renew.eightAtOnce, 5),
  ];
}

async function emulatorRows(stage: Stage): Promise<Row[]> {
  note("The emulator's start …");
  const node = { command: process.execPath, argv: ["-e", "0"], cwd: stage.repository, env: process.env };
  const [answer, empty] = await inTurn(
    7,
    () => firstAnswer(stage),
    () => time(node),
  );
  return [
    ratioRow("emulator, process start to first answer", "`node -e 0`", answer / empty, 10),
    limitRow("peak memory of the emulator", peakMegabytes(stage.cloud.process.pid ?? 0), "MB", 130),
  ];
}

async function customerRows(stage: Stage): Promise<Row[]> {
  note("Ten thousand customers …");
  const { spent, refused, megabytes } = await measureCustomers(stage);
  const [many, few] = megabytes;
  return [
    shareRow("`customers consent --all`, 10,000 customers", `a limit of ${perSecond} requests a second`, spent, 0.98),
    limitRow("its requests that were too many", refused, "requests", 0),
    ratioRow("its peak memory", "the same for 1,000 customers", many / few, 1.15),
  ];
}

async function startRow(repository: string): Promise<Row> {
  note("A second npm start …");
  const bootstrap = join(repository, "tools", "build", "main.mjs");
  const demo = { command: process.execPath, argv: [bootstrap, "start"], cwd: repository, env: process.env };
  return limitRow("second `npm start`", (await time(demo)) / 1000, "s", 15);
}

/** In the format of `npm run format`. */
async function writeFormatted(filepath: string, text: string): Promise<void> {
  await writeFile(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

async function bench(write: boolean): Promise<number> {
  const repository = findRepository();
  const rows: Row[] = [];
  note("An embedded cloud with stack dev in it …");
  const stage = await setStage(repository);
  try {
    rows.push(...(await programRows(stage)), ...(await commandRows(stage)), ...(await networkRows(stage)));
    rows.push(...(await engineRows(stage)));
    rows.push(await deploymentRow(stage));
    rows.push(...(await emulatorRows(stage)));
    rows.push(...(await customerRows(stage)));
    // Last: its memory in the emulator must not count for a deployment.
    rows.push(...(await fleetRows(stage)));
  } finally {
    await stage.cloud.stop();
  }
  rows.push(await startRow(repository));
  process.stdout.write(`${markdown(rows)}\n`);
  if (write) await writeFormatted(join(repository, "docs", "benchmarks.md"), page(rows));
  return rows.every(({ reached }) => reached !== false) ? 0 : 1;
}

bench(process.argv.includes("--write")).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
