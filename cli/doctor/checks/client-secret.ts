import { warnBeforeDays } from "../../../config/limits";
import { exitCodes } from "../../exit-code";
import { daysUntil } from "../days";
import type { Check } from "../check";
import type { PasswordCredential } from "../../../application/applications";
import { failed, type Finding, ok, warning } from "../finding";

const day = 24 * 3600 * 1000;

export const clientSecretCheck: Check = {
  name: "client-secret",
  title: "Client secret",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const stack = await facts.stack();
    const { vaultSecretName } = { vaultSecretName: undefined, ...stack?.settings.clientSecret };
    const named = (await facts.tokenTags())?.["client-secret"] ?? stack?.outputs.clientSecretName ?? vaultSecretName;
    const secret = named === undefined ? undefined : vaultSecretOf(named, vaultSecretName);
    const credentials = (await facts.application())?.passwordCredentials ?? [];
    const kept =
      named === undefined ? undefined : await (await facts.vault())?.listVersions(named).catch(() => undefined);
    if (secret !== undefined && kept?.length === 0) {
      return failed(`the vault has no secret ${secret.name}`, remakeOf(secret), exitCodes.rotationNeeded);
    }
    return judgeSecret(credentials, secret);
  },
};

/** A client secret in the vault. */
export interface VaultSecret {
  name: string;
  /** The beginning of its key's id. Undefined: somebody else put it there, and nothing says which key it is. */
  keyId: string | undefined;
}

/** @param brought the name of one that was there before the stack: it may look like one of the program's, and is none */
export function vaultSecretOf(name: string, brought: string | undefined): VaultSecret {
  return { name, keyId: name === brought ? undefined : /^client-secret-.+-([0-9a-f]{8})$/u.exec(name)?.[1] };
}

const rotate =
  "Rotate it: pulumi config set --path secure-application-model:clientSecret.label <new label>, then pulumi up (README.md, rotating)";

const putThere = (name: string) =>
  `Put a new one of the application's there, from a file that you delete: az keyvault secret set --vault-name <vault name> --name ${name} --file <file>`;

const isBrought = (secret: VaultSecret | undefined): secret is VaultSecret =>
  secret !== undefined && secret.keyId === undefined;

const remakeOf = (secret: VaultSecret | undefined): string =>
  isBrought(secret) ? putThere(secret.name) : "pulumi up --refresh makes a new one";

/** @param kept what the vault holds; undefined: nothing is known of it. Of keys that cannot be told apart the one that ends last counts */
export function judgeSecret(
  credentials: readonly PasswordCredential[],
  kept: VaultSecret | undefined,
  now = Date.now(),
): Finding {
  const keyId = kept?.keyId;
  const byEnd = credentials.toSorted((a, b) => Date.parse(b.endDateTime) - Date.parse(a.endDateTime));
  const secret = keyId === undefined ? byEnd[0] : byEnd.find((one) => one.keyId.startsWith(keyId));
  if (secret === undefined) {
    const found =
      keyId === undefined
        ? "the application has none"
        : `the application no longer has the one that the vault holds (${kept?.name ?? ""})`;
    return failed(`${found} (AADSTS7000215)`, remakeOf(kept), exitCodes.rotationNeeded);
  }
  const end = new Date(secret.endDateTime);
  const label = secret.displayName ?? secret.keyId;
  if (end.getTime() <= now) {
    return failed(
      `${label} ended on ${secret.endDateTime.slice(0, 10)} (AADSTS7000222)`,
      isBrought(kept) ? putThere(kept.name) : rotate,
      exitCodes.rotationNeeded,
    );
  }
  const left = `${label}, ${daysUntil(end, now)} left`;
  if (isBrought(kept)) {
    return warning(
      `nothing says which key of the application the vault's ${kept.name} is; the one that ends last: ${left}`,
      "See whether it works: secure-app-model status --probe",
    );
  }
  return end.getTime() - now <= warnBeforeDays.default * day ? warning(left, rotate) : ok(left);
}
