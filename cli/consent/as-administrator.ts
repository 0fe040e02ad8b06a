/** `consent --as-administrator` grants what is declared to everybody in the tenant. */
import { administratorsOf } from "../../lib/application/who-may-consent";
import { type DeclaredPermission, nameOf } from "../../lib/application/declared";
import { declaredResources } from "../../lib/application/permissions";
import { consentAsAdministrator, proveByStoredToken } from "../../lib/consent/administrator";
import { declaredFor } from "../../lib/consent/precheck";
import type { SignInOptions } from "../../lib/consent/sign-in";
import { type ConsentTarget, refreshTokenNameOf } from "../../lib/token/target";
import { ownCommand, run } from "../../lib/errors/failure";
import { atTerminal } from "./browser-terminal";
import { consentTargetOf, onlyTagged } from "./consent-target";
import { UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import { openVault, tenantIdOf } from "../redemption/partner-token";
import { cloudIn, namedIn } from "../options/target-options";
import type { ConsentCommandOptions } from "./consent";

export async function consentForTenant(options: ConsentCommandOptions, how: SignInOptions): Promise<void> {
  const { vaultUri, ...about } = await subjectOf(options);
  const { tenantId, clientId } = about;
  const declared = await declaredFor(about, printNote);
  printNote(announcement(tenantId, clientId, declared));
  await atTerminal("as an administrator of the tenant", async (ui) => {
    await consentAsAdministrator(about, how, ui);
  });
  const permissions = declaredResources(declared ?? []);
  const target = { ...about, permissions, refreshTokenName: refreshTokenNameOf(tenantId) };
  const isProven = vaultUri !== undefined && (await proveByStoredToken({ ...target, vaultUri }, printNote));
  const proof = isProven ? "the stored token has them." : "the next consent or deployment checks them.";
  const said = `Application ${clientId} has all permissions that it declares, for everybody in tenant ${tenantId}; ${proof}`;
  const names = declared?.map((one) => ({ name: nameOf(one), type: one.type })) ?? null;
  printData(said, options.json ? { tenantId, clientId, proven: isProven, declared: names } : undefined);
}

type Subject = Pick<ConsentTarget, "cloud" | "tenantId" | "clientId"> & { vaultUri: string | undefined };

/** With tenant and client id no vault is read: an administrator may have no role on it. */
async function subjectOf(options: ConsentCommandOptions): Promise<Subject> {
  if (options.import || options.force)
    throw new UsageError(
      "--as-administrator stores no token: do not combine it with --force or --import.",
      run("Consent with the service account afterwards", ownCommand("consent")),
    );
  const { tenant, clientId } = options;
  if (tenant === undefined || clientId === undefined) {
    const { cloud, tenantId, vaultUri, ...stored } = await consentTargetOf(openVault(options), options);
    if (clientId === undefined) throw onlyTagged({ vaultUri, ...stored }, "and this would grant all that it declares");
    return { cloud, tenantId, clientId, vaultUri };
  }
  const isVaultNamed = Boolean(namedIn("vault", options, process.env));
  const { cloud, vault } = isVaultNamed ? openVault(options) : { cloud: cloudIn(options), vault: undefined };
  return { cloud, tenantId: await tenantIdOf(cloud, tenant, "--tenant"), clientId, vaultUri: vault?.uri };
}

function announcement(tenantId: string, clientId: string, declared: readonly DeclaredPermission[] | undefined): string {
  const to = `This grants the application ${clientId}, for everybody in tenant ${tenantId},`;
  if (declared === undefined) return `${to} all that it declares, application permissions included.`;
  const ofKind = (kind: DeclaredPermission["type"]) => {
    const names = declared.filter(({ type }) => type === kind).map(nameOf);
    return names.join(", ") || "nothing";
  };
  return [
    to,
    `  on behalf of the signed-in user: ${ofKind("Scope")}`,
    `  as the application itself, without a user: ${ofKind("Role")}`,
    `You need one of these directory roles: ${administratorsOf(declared).join(", ")}.`,
    "Earlier grants for everybody that are no longer declared may be removed.",
  ].join("\n");
}
