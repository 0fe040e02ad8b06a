/** `consent`: the consent sequence for a person at a terminal. */
import * as limits from "../../lib/config/limits";
import { consent } from "../../lib/consent/consent";
import { importedToken, importToken, pipeToken } from "../../lib/token/import-token";
import { delegatedFor } from "../../lib/consent/precheck";
import { atTerminal } from "./browser-terminal";
import { type ConsentTargetOptions, consentTargetOf, onlyTagged } from "./consent-target";
import { againWithout, run } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { consentForTenant } from "./as-administrator";
import { printData, printNote } from "../terminal/output";
import { readInput } from "../terminal/standard-input";
import { openVault } from "../redemption/partner-token";
import type { TargetOptions } from "../options/target-options";

export interface ConsentCommandOptions extends TargetOptions, ConsentTargetOptions {
  force?: boolean;
  import?: boolean;
  deviceCode?: boolean;
  port: number;
  /** Minutes. */
  deadline: number;
}

export async function consentForPartner(options: ConsentCommandOptions): Promise<void> {
  if (options.deviceCode) throw new UsageError(noDeviceCode, withoutDeviceCode);
  const { port, deadline: deadlineMinutes, force = false } = options;
  if (options.asAdministrator) {
    await consentForTenant(options, { port, deadlineMinutes });
    return;
  }
  const opened = openVault(options);
  // Read first: an input that is not a token is refused before any request.
  const refreshToken = options.import ? await pipedToken() : undefined;
  const target = await consentTargetOf(opened, options);
  const { vaultUri, tenantId } = target;
  const signIn = () =>
    atTerminal("with the service account", async (ui) => {
      const isNamed = options.clientId !== undefined;
      const unregistered = isNamed ? undefined : onlyTagged(target, `which tenant ${tenantId} has not registered`);
      const permissions = await delegatedFor(target, printNote, unregistered);
      const warnBeforeDays = limits.warnBeforeDays.default;
      const given = { mode: "interactive", warnBeforeDays, force, port, deadlineMinutes } as const;
      return await consent({ ...target, permissions }, given, ui);
    });
  const isSignIn = refreshToken === undefined;
  const facts = isSignIn ? await signIn() : await importToken(target, refreshToken, printNote);
  const { accountName, consentedOn, expiresOn } = facts;
  const what = isSignIn ? `${accountName} consented` : `The token of ${accountName} was imported`;
  const said = `${what} on ${consentedOn.slice(0, 10)}; the token in ${vaultUri} ends on ${expiresOn.slice(0, 10)}.`;
  printData(said, options.json ? { ...facts, vaultUri, tenantId } : undefined);
}

const noDeviceCode = {
  what: "Device code is not supported.",
  why:
    "It needs a public client. This application is a confidential client, which proves itself with its secret; " +
    "Entra refuses the combination (AADSTS7000218, AADSTS700025).",
};
const withoutDeviceCode = run(
  "Leave it out: consent prints an address for a browser on any machine, and takes the address where that browser ends",
  againWithout("--device-code"),
);

async function pipedToken(): Promise<string> {
  if (process.stdin.isTTY) {
    const what = "--import reads the refresh token from standard input, never from a terminal or an argument.";
    throw new UsageError(what, pipeToken);
  }
  let text = "";
  const end = await readInput(limits.pipedBytes, (piece) => {
    text += piece;
    return true;
  });
  if (end === "too late") throw new UsageError(`Standard input did not end within ${limits.inputMinutes} minutes.`);
  return importedToken(text, end === "too long");
}
