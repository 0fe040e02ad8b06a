/** `consent`: the second door to the consent sequence, for a person at a terminal. */
import { createInterface } from "node:readline/promises";
import { consent } from "../../consent/consent";
import type { Surface } from "../../consent/sign-in";
import { refreshTokenNameOf } from "../../consent/target";
import { discoverTenant } from "../../oauth/discovery";
import { UsageError } from "../exit-code";
import { printData, printNote } from "../output";
import { type TargetOptions, targetOf } from "../target-options";

export interface ConsentCommandOptions extends TargetOptions {
  tenant: string;
  clientId: string;
  clientSecretName: string;
  account?: string;
  force?: boolean;
  port: string;
  deadline: string;
}

/** Days before its end at which a token that is there is renewed instead of kept; as the program's default. */
const warnBeforeDays = 30;

export async function consentCommand(options: ConsentCommandOptions): Promise<void> {
  const { cloud, vaultUri } = targetOf(options);
  const port = wholeNumber("--port", options.port, 1024, 65535);
  const deadlineMinutes = wholeNumber("--deadline", options.deadline, 1, 60);
  const tenantId = await discoverTenant(cloud, options.tenant);
  const facts = await consent(
    {
      cloud,
      vaultUri,
      tenantId,
      clientId: options.clientId,
      clientSecretName: options.clientSecretName,
      refreshTokenName: refreshTokenNameOf(tenantId),
      account: options.account,
      stack: "secure-app-model consent",
    },
    { mode: "interactive", force: options.force ?? false, port, deadlineMinutes, warnBeforeDays },
    terminal(),
  );
  const text = `${facts.accountName} consented on ${facts.consentedOn.slice(0, 10)}; the token in ${vaultUri} ends on ${facts.expiresOn.slice(0, 10)}.`;
  printData(text, options.json ? { ...facts, vaultUri, tenantId } : undefined);
}

function terminal(): Surface {
  return {
    progress: printNote,
    showUrl: (url) => {
      printNote(`Sign in with the service account in the browser that opens, or open:\n\n  ${url}\n`);
      return () => undefined;
    },
    ...(process.stdin.isTTY ? { pastedUrl } : {}),
  };
}

/** For a browser on another machine: its last address, which it could not open, is pasted here. */
async function pastedUrl(signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const text = await prompt.question("No browser here? Paste the address it ended at: ", { signal });
      if (URL.canParse(text.trim())) return text.trim();
      printNote("That is no address. It starts with http://localhost and holds code= and state=.");
    }
  } catch (error) {
    // The sign-in came back by itself: nobody waits for this any more.
    if (signal.aborted) return await new Promise<never>(() => undefined);
    throw error;
  } finally {
    prompt.close();
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} ${text} is not a whole number from ${least} to ${most}.`);
}
