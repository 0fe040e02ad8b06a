import { exitCodes } from "../../exit-code";
import { daysUntil } from "../days";
import type { Check } from "../check";
import type { PasswordCredential } from "../../../azure/applications";
import { failed, type Finding, ok, warning } from "../finding";

const warnBeforeDays = 30;
const day = 24 * 3600 * 1000;

export const clientSecretCheck: Check = {
  name: "client-secret",
  title: "Client secret",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const name = (await facts.tokenTags())?.["client-secret"] ?? (await facts.stack())?.outputs.clientSecretName;
    const credentials = (await facts.application())?.passwordCredentials ?? [];
    const kept =
      name === undefined ? undefined : await (await facts.vault())?.listVersions(name).catch(() => undefined);
    if (name !== undefined && kept?.length === 0) {
      return failed(`the vault has no secret ${name}`, "pulumi up --refresh", exitCodes.rotationNeeded);
    }
    return judgeSecret(credentials, name);
  },
};

const rotate =
  "Rotate it: pulumi config set --path secure-application-model:clientSecret.label <new label>, then pulumi up (README.md, rotating)";

/** @param name of the vault's secret: it ends with the beginning of the key's id. Undefined: the key that ends last counts */
export function judgeSecret(
  credentials: readonly PasswordCredential[],
  name: string | undefined,
  now = Date.now(),
): Finding {
  const keyId = /-([0-9a-f]{8})$/u.exec(name ?? "")?.[1];
  const byEnd = credentials.toSorted((a, b) => Date.parse(b.endDateTime) - Date.parse(a.endDateTime));
  const secret = keyId === undefined ? byEnd[0] : byEnd.find((one) => one.keyId.startsWith(keyId));
  if (secret === undefined) {
    const found =
      keyId === undefined
        ? "the application has none"
        : `the application no longer has the one that the vault holds (${name ?? ""})`;
    return failed(`${found} (AADSTS7000215)`, "pulumi up --refresh makes a new one", exitCodes.rotationNeeded);
  }
  const end = new Date(secret.endDateTime);
  const label = secret.displayName ?? secret.keyId;
  if (end.getTime() <= now) {
    return failed(
      `${label} ended on ${secret.endDateTime.slice(0, 10)} (AADSTS7000222)`,
      rotate,
      exitCodes.rotationNeeded,
    );
  }
  const left = `${label}, ${daysUntil(end, now)} left`;
  return end.getTime() - now <= warnBeforeDays * day ? warning(left, rotate) : ok(left);
}
