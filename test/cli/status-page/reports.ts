/** Generated results of `status`, as many as a test needs, and what other commands print. */
import type { Attachments } from "../../../cli/status/page/attachments";
import type { CustomersCheck, DriftReport, Run } from "../../../cli/status/page/reports";
import { pageText } from "../../../cli/status/page/page";
import { type VaultPart, vaultPart } from "../../../cli/status/page/vault-part";
import { ownVault, type VaultReport } from "../../../cli/status/page/vaults";
import { secretDocument, type TokenDocument, tokenDocument } from "../../../cli/status/documents";
import {
  afterProbe,
  type JudgedSecret,
  type JudgedToken,
  judgeSecretEntry,
  judgeTokenEntry,
} from "../../../cli/status/verdicts";
import type { ClientSecretEntry, TokenEntry } from "../../../lib/consent/inventory";

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
  clientSecretName: "client-secret-a",
  problem: undefined,
  ...changes,
});

export const secretOf = (name: string, days: number, changes: Partial<ClientSecretEntry> = {}): ClientSecretEntry => ({
  name,
  health: days < 0 ? "expired" : "ok",
  createdOn: inDays(-100),
  expiresOn: inDays(days),
  inUse: true,
  problem: undefined,
  ...changes,
});

export const judgedToken = (one: TokenEntry): JudgedToken => judgeTokenEntry(one, limits, at);
export const judgedSecret = (one: ClientSecretEntry): JudgedSecret => judgeSecretEntry(one, limits, at);

export const reportOf = (
  tokens: readonly TokenEntry[],
  secrets: readonly ClientSecretEntry[] = [secretOf("client-secret-a", 399)],
): VaultReport => ({
  cloud: "AzureCloud",
  vault: "https://contoso.vault.azure.net",
  checkedOn: inDays(0),
  ...limits,
  tokens: tokens.map((one) => tokenDocument(judgedToken(one))),
  clientSecrets: secrets.map((one) => secretDocument(judgedSecret(one))),
});

/** A token that a probe found refused. */
export const refused = (one: TokenEntry, error: unknown): TokenDocument =>
  tokenDocument(
    afterProbe(judgedToken(one), { redeemed: false, error, verdict: "failed", health: "refused", exitCode: 3 }),
  );

export const pageOf = (report: VaultReport, attachments: Partial<Attachments> = {}): string =>
  pageText(report, { vaults: [], parts: [], ...attachments });

export const partOf = (report: VaultReport): VaultPart => vaultPart([ownVault(report)]);

/** Some of three thousand need somebody, most do not. */
export const thousands = (count: number): TokenEntry[] =>
  Array.from({ length: count }, (_, n) => {
    if (n % 97 === 5) return tokenOf(n, -2);
    return n % 31 === 3 ? tokenOf(n, 12 + (n % 15)) : tokenOf(n, 40 + (n % 50));
  });

const finding = {
  resource: "azuread.Application partner",
  urn: "urn",
  property: "web.redirectUris",
  declared: ["a", "b"],
  live: null,
};

/** In the format of `drift --json`. */
export const drift = (changes: Partial<DriftReport> = {}): DriftReport => ({
  stack: "global",
  findings: [finding],
  fixes: [{ text: "Put it back", commands: [{ line: "pulumi up --stack global" }] }],
  unreadable: [],
  others: [],
  ...changes,
});

/** In the format of `customers check --json`. */
export const check = (changes: Partial<CustomersCheck> = {}): CustomersCheck => ({
  applicationId: "id",
  outcomes: { ok: 197 },
  failed: 2,
  left: 1,
  reasons: [{ reason: "AADSTS65001", count: 2 }],
  failures: "failures.csv",
  ...changes,
});

/** In the format of `gh run list --json workflowName,displayTitle,status,conclusion,createdAt,url`. */
export const run = (workflowName: string, conclusion: string, daysAgo: number): Run => ({
  workflowName,
  name: "",
  displayTitle: `${workflowName} of global`,
  status: conclusion === "" ? "in_progress" : "completed",
  conclusion,
  createdAt: inDays(-daysAgo),
  url: "https://github.com/a/b/actions/runs/1",
});
