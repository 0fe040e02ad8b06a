/** Generated results of `status`, as many as a test needs. */
import { type VaultPart, vaultPart } from "../../../cli/status/page/vault-part";
import { type VaultReport, vaultRows } from "../../../cli/status/page/rows";
import { credentialDocument, type TokenDocument, tokenDocument } from "../../../cli/status/documents";
import {
  afterProbe,
  type JudgedCredential,
  type JudgedToken,
  judgeCredentialEntry,
  judgeTokenEntry,
} from "../../../cli/status/verdicts";
import { commands } from "../../../cli/commands";
import { invocationFor } from "../../../cli/options/run-options";
import type { CredentialEntry, TokenEntry } from "../../../lib/token/inventory";
import { printFor } from "../../../lib/errors/invocation";

printFor({ ...invocationFor(["status"], commands), own: "secure-app-model" });

const at = Date.parse("2026-11-26T14:34:00Z");
const limits = { warnDays: 30, failDays: 7 };
export const inDays = (days: number): string => new Date(at + days * 86_400_000).toISOString();
export const tenant = (number: number): string => `5e1d8f6a-2c94-4b7e-8a35-${String(number).padStart(12, "0")}`;

/** The token of tenant `number`, with the vault's data. */
export const tokenOf = (number: number, days: number, changes: Partial<TokenEntry> = {}): TokenEntry => ({
  name: `refresh-token-${tenant(number)}`,
  tenantId: tenant(number),
  health: days < 0 ? "expired" : "ok",
  account: "id",
  accountName: `svc@partner-${number}.example`,
  consentedOn: inDays(-20),
  createdOn: inDays(-3),
  expiresOn: inDays(days),
  credential: "client-credential-a",
  problem: undefined,
  ...changes,
});

export const secretOf = (name: string, days: number, changes: Partial<CredentialEntry> = {}): CredentialEntry => ({
  name,
  kind: "secret",
  health: days < 0 ? "expired" : "ok",
  createdOn: inDays(-100),
  expiresOn: inDays(days),
  previousExpiresOn: "",
  inUse: true,
  problem: undefined,
  ...changes,
});

export const judgedToken = (one: TokenEntry): JudgedToken => judgeTokenEntry(one, limits, at);
export const judgedCredential = (one: CredentialEntry): JudgedCredential => judgeCredentialEntry(one, limits, at);

export const reportOf = (
  tokens: readonly TokenEntry[],
  credentials: readonly CredentialEntry[] = [secretOf("client-credential-a", 399)],
): VaultReport => ({
  cloud: "AzureCloud",
  vault: "https://contoso.vault.azure.net",
  checkedOn: inDays(0),
  ...limits,
  tokens: tokens.map((one) => tokenDocument(judgedToken(one))),
  credentials: credentials.map((one) => credentialDocument(judgedCredential(one))),
});

/** A token that a probe found refused. */
export const refused = (one: TokenEntry, error: unknown): TokenDocument =>
  tokenDocument(
    afterProbe(judgedToken(one), { redeemed: false, error, verdict: "failed", health: "refused", exitCode: 3 }),
  );

export const partOf = (report: VaultReport): VaultPart => vaultPart(vaultRows(report));

/** Some of three thousand need somebody, most do not. */
export const thousands = (count: number): TokenEntry[] =>
  Array.from({ length: count }, (_, n) => {
    if (n % 97 === 5) return tokenOf(n, -2);
    return n % 31 === 3 ? tokenOf(n, 12 + (n % 15)) : tokenOf(n, 40 + (n % 50));
  });
