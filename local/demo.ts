/** `npm start`: the whole model on the embedded cloud, under the real engine, from nothing to a repaired drift. */
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import { interruptCommands } from "./demo/command";
import { printNext, printTable, step } from "./demo/report";
import { freshStack, type Stack } from "./demo/stack";
import { removeReplyUrl } from "./demo/tamper";
import { redeemAll } from "./demo/tokens";
import { type EmbeddedCloud, startEmbeddedCloud } from "./embedded-cloud";
import { workDirectoryOf } from "./engine/engine-environment";
import { findOrMakeEngine } from "./engine/find-or-make-engine";
import type { ProviderChoice } from "./engine/provider-plugins";
import { findRepository } from "./engine/repository";

interface Options {
  browser: boolean;
  keep: boolean;
  providers: ProviderChoice;
}

const usage = `npm start [-- options]
  --browser               sign in yourself, in your own browser, instead of the robot
  --keep                  leave the cloud running until Ctrl-C
  --providers installed   use the real provider plugins of the same version, where they are installed`;

function optionsOf(words: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        browser: { type: "boolean" },
        keep: { type: "boolean" },
        providers: { type: "string", default: "local" },
      },
    });
    const { browser = false, keep = false, providers } = values;
    if (providers !== "local" && providers !== "installed")
      throw new Error(`--providers ${providers}: local or installed.`);
    return { browser, keep, providers };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    return undefined;
  }
}

async function demo(options: Options): Promise<void> {
  const repository = findRepository();
  const workDirectory = workDirectoryOf({ repository });
  const engine = await step("A Pulumi engine", findOrMakeEngine);
  const signIn = options.browser ? "person" : "robot";
  const cloud = await step("The embedded cloud", () => startEmbeddedCloud({ repository, workDirectory, signIn }));
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  const ended = interrupted.then(interruptCommands);
  try {
    setDefaultCACertificates([...getCACertificates(), readFileSync(cloud.ready.caFile, "utf8")]);
    const { providers } = options;
    const stack = await step("Stack dev, new", () =>
      freshStack({ engine, repository, workDirectory, providers, variables: cloud.variables }),
    );
    await show(repository, cloud, stack, options);
    if (options.keep) await ended;
  } finally {
    await cloud.stop();
  }
}

async function show(repository: string, cloud: EmbeddedCloud, stack: Stack, options: Options): Promise<void> {
  const { serviceAccount, origins } = cloud.ready;
  const account = `${serviceAccount.userPrincipalName}, password ${serviceAccount.password}`;
  await step(options.browser ? `pulumi up. Sign in as ${account}` : "pulumi up, a robot signs in", () =>
    expectExit(stack, 0, "up", "--yes", "--skip-preview"),
  );
  const outputs = await stack.outputs();
  const { tokens, customers } = await step("Tokens from the stored refresh token", () =>
    redeemAll(repository, stack, outputs, origins.partnerCenter),
  );
  await step("A second preview finds nothing to do", () => expectExit(stack, 0, ...drift));
  await step("Somebody removes a reply URL by hand", () => removeReplyUrl(cloud.ready, outputs.applicationObjectId));
  await step("The preview names it (exit code 7)", () => expectExit(stack, 7, ...drift));
  await step("pulumi up --refresh repairs it", () =>
    expectExit(stack, 0, "up", "--refresh", "--yes", "--skip-preview"),
  );
  await step("Nothing is left to do", () => expectExit(stack, 0, ...drift));
  printTable(outputs, tokens, customers);
  printNext(options.keep);
}

/** Without --refresh the engine looks at nothing and says "unchanged". */
const drift = ["preview", "--refresh", "--expect-no-changes"];

async function expectExit(stack: Stack, expected: number, ...words: string[]): Promise<void> {
  const code = await stack.pulumi(...words);
  if (code !== expected)
    throw new Error(`pulumi ${words.join(" ")} ended with exit code ${code} instead of ${expected}.`);
}

const options = optionsOf(process.argv.slice(2));
if (options === undefined) process.exitCode = 2;
else {
  demo(options).catch((error: unknown) => {
    process.stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
