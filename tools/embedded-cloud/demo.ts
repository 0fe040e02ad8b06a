/** `npm start`: the model on the embedded cloud with the real engine, from deployment to a repaired drift. */
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import { endOnSignals, InterruptedError, interruptedExitCode, interruption } from "./demo/interruption";
import { printNext, printTable, say, sayHowToSignIn, step } from "./demo/report";
import { forgetStack, freshStack, type Stack } from "./demo/stack";
import { removeReplyUrl } from "./demo/tamper";
import { writeStatusPage } from "./demo/status-page";
import { redeemAll } from "./demo/tokens";
import { type EmbeddedCloud, startEmbeddedCloud } from "./embedded-cloud";
import { startOf } from "./emulator/clock";
import { workDirectoryOf } from "./engine/engine-environment";
import { findOrMakeEngine } from "./engine/find-or-make-engine";
import { type ProviderChoice, providerChoices } from "./engine/provider-plugins";
import { findRepository } from "./engine/repository";

interface Options {
  browser: boolean;
  keep: boolean;
  date: string | undefined;
  providers: ProviderChoice;
}

const usage = `npm start [-- options]
  --browser               sign in yourself, in your own browser, instead of the robot
  --keep                  leave the cloud running until Ctrl-C
  --date DAY              the day that the cloud's clock shows at the start, such as 2027-03-01
  --providers installed   use the real provider plugins of the same version, where they are installed;
                          azuread or azure-native: the real one for that provider alone`;

function optionsOf(argv: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        browser: { type: "boolean" },
        keep: { type: "boolean" },
        date: { type: "string" },
        providers: { type: "string", default: "local" },
      },
    });
    const { browser = false, keep = false, date } = values;
    const providers = providerChoices.find((choice) => choice === values.providers);
    if (providers === undefined)
      throw new Error(`--providers is "${values.providers}"; it is one of ${providerChoices.join(", ")}.`);
    if (date !== undefined && Number.isNaN(startOf(date)))
      throw new Error(`--date is "${date}", which is not a day such as 2027-03-01.`);
    return { browser, keep, date, providers };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    return undefined;
  }
}

async function demo(options: Options): Promise<void> {
  const repository = findRepository();
  const workDirectory = workDirectoryOf({ repository });
  const engine = await step("A Pulumi engine", findOrMakeEngine);
  say(`Pulumi ${engine.version} (${engine.origin})`);
  endOnSignals();
  const signIn = options.browser ? "person" : "robot";
  const { date } = options;
  const cloud = await step("The embedded cloud", () => startEmbeddedCloud({ repository, workDirectory, signIn, date }));
  try {
    setDefaultCACertificates([...getCACertificates(), readFileSync(cloud.ready.caFile, "utf8")]);
    const { providers } = options;
    const stack = await step("Stack dev, new", () =>
      freshStack({ engine, repository, workDirectory, providers, variables: cloud.variables }),
    );
    await show(repository, cloud, stack, options);
    if (options.keep) await interruption;
  } catch (error) {
    // After a second signal the engine leaves its stack locked, and the stack's cloud ends here.
    if (error instanceof InterruptedError) await forgetStack(workDirectory);
    throw error;
  } finally {
    await cloud.stop();
  }
}

async function show(repository: string, cloud: EmbeddedCloud, stack: Stack, options: Options): Promise<void> {
  await step(options.browser ? "pulumi up, you sign in" : "pulumi up, a robot signs in", () => {
    if (options.browser) sayHowToSignIn(cloud.ready);
    return expectExit(stack, 0, "up", "--yes", "--skip-preview");
  });
  const outputs = await stack.outputs();
  const { tokens, customers } = await step("Tokens from the stored refresh token", () =>
    redeemAll(repository, stack, outputs, cloud.ready.origins.partnerCenter),
  );
  const removed = await step("Somebody removes a reply URL by hand", async () => {
    const replyUrl = await removeReplyUrl(cloud.ready, outputs.applicationObjectId);
    say(`${replyUrl} is gone from the application.`);
    return replyUrl;
  });
  await step("The preview names it (exit code 7)", async () => {
    await expectExit(stack, 7, ...drift);
    say(`web holds the application's reply URLs: pulumi up would put ${removed} back.`);
  });
  await step("pulumi up repairs it", () => expectExit(stack, 0, "up", "--yes", "--skip-preview", "--suppress-outputs"));
  await step("Nothing is left to do", () => expectExit(stack, 0, ...drift));
  printTable(outputs, tokens, customers);
  if (options.keep) printNext({ status: await writeStatusPage(repository, stack, outputs), overview: cloud.ready.url });
  else printNext(undefined);
}

const drift = ["preview", "--expect-no-changes"];

async function expectExit(stack: Stack, expected: number, ...argv: string[]): Promise<void> {
  const code = await stack.pulumi(...argv);
  if (code !== expected)
    throw new Error(`pulumi ${argv.join(" ")} ended with exit code ${code} instead of ${expected}.`);
}

const options = optionsOf(process.argv.slice(2));
if (options === undefined) process.exitCode = 2;
else {
  demo(options).catch((error: unknown) => {
    process.stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof InterruptedError ? interruptedExitCode : 1;
  });
}
