/** `consent --as-administrator`: an administrator grants what is declared to everybody in the tenant. */
import { administratorsOf } from "../../lib/application/who-may-consent";
import { type DeclaredPermission, nameOf } from "../../lib/application/declared";
import { declaredResources } from "../../lib/application/permissions";
import * as limits from "../../lib/config/limits";
import { consentAsAdministrator, proveByStoredToken } from "../../lib/consent/administrator";
import { declaredFor } from "../../lib/consent/precheck";
import { type ConsentTarget, refreshTokenNameOf } from "../../lib/consent/target";
import { again, ownCommand, type Parts, run } from "../../lib/errors/failure";
import { atTerminal } from "./browser-terminal";
import { consentTargetOf } from "./consent-target";
import { UsageError } from "../terminal/exit-code";
import { wholeNumber } from "../options/number-options";
import { printData, printNote } from "../terminal/output";
import { openVault, tenantIdOf } from "../redemption/partner-token";
import { cloudIn, namedIn } from "../options/target-options";
import type { ConsentCommandOptions } from "./consent";

export async function consentForTenant(options: ConsentCommandOptions): Promise<void> {
  const port = wholeNumber("--port", options.port, limits.signInPort);
  const deadlineMinutes = wholeNumber("--deadline", options.deadline, limits.deadlineMinutes);
  const { vaultUri, ...about } = await subjectOf(options);
  const declared = await declaredFor(about, printNote);
  printNote(announcement(about.tenantId, about.clientId, declared));
  await atTerminal("as an administrator of the tenant", async (ui) => {
    await consentAsAdministrator(about, { port, deadlineMinutes }, ui);
  });
  const permissions = declaredResources(declared ?? []);
  const target = { ...about, vaultUri, permissions, refreshTokenName: refreshTokenNameOf(about.tenantId) };
  const isProven = vaultUri !== undefined && (await proveByStoredToken({ ...target, vaultUri }, printNote));
  const { tenantId, clientId } = about;
  const proof = isProven ? "the stored token brings it." : "the next consent or deployment proves it.";
  const said = `Application ${clientId} is granted what it declares, for everybody in tenant ${tenantId}; ${proof}`;
  printData(said, options.json ? { tenantId, clientId, proven: isProven, declared: namesOf(declared) } : undefined);
}

type Subject = Pick<ConsentTarget, "cloud" | "tenantId" | "clientId"> & { vaultUri: string | undefined };

/**
 * An administrator may have no right on the vault: with tenant and client id given, it is not read before.
 * @throws UsageError where only a tag names the application
 */
async function subjectOf(options: ConsentCommandOptions): Promise<Subject> {
  if (options.import || options.force) throw new UsageError(alone);
  const { tenant, clientId } = options;
  if (tenant === undefined || clientId === undefined) {
    const { cloud, tenantId, vaultUri, ...stored } = await consentTargetOf(openVault(options), options);
    if (clientId === undefined) throw new UsageError(namedByTag(stored.clientId, vaultUri));
    return { cloud, tenantId, clientId, vaultUri };
  }
  const isVaultNamed = Boolean(namedIn("vault", options, process.env));
  const { cloud, vault } = isVaultNamed ? openVault(options) : { cloud: cloudIn(options), vault: undefined };
  return { cloud, tenantId: await tenantIdOf(cloud, tenant, "--tenant"), clientId, vaultUri: vault?.uri };
}

const namedByTag = (application: string, vaultUri: string): Parts => ({
  what: `Only a tag in ${vaultUri} names an application, ${application}, and everything that it declares would be granted.`,
  why: "Who may write to the vault chooses its tags.",
  fixes: [run("Name the one that is meant (output applicationId of the stack)", again("--client-id", "<client id>"))],
});

const alone = {
  what: "--as-administrator grants, and stores no token: it goes with neither --force nor --import.",
  fixes: [run("Consent with the service account afterwards", ownCommand("consent"))],
};

function announcement(tenantId: string, clientId: string, declared: readonly DeclaredPermission[] | undefined): string {
  const to = `This grants the application ${clientId}, for everybody in tenant ${tenantId},`;
  if (declared === undefined) return `${to} all that it declares, application permissions included.`;
  const ofKind = (kind: DeclaredPermission["type"]) =>
    declared
      .filter(({ type }) => type === kind)
      .map(nameOf)
      .join(", ") || "nothing";
  return [
    to,
    `  on behalf of whoever signs in: ${ofKind("Scope")}`,
    `  as the application itself, without anybody signed in: ${ofKind("Role")}`,
    `It takes one of these directory roles: ${administratorsOf(declared).join(", ")}.`,
    "What was granted for everybody before and is not declared any more may be taken back.",
  ].join("\n");
}

const namesOf = (declared: readonly DeclaredPermission[] | undefined) =>
  declared?.map((one) => ({ name: nameOf(one), type: one.type })) ?? null;
