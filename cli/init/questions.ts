/** The five questions of `init`, each with the settings that its answer is written to. */
import { settingsByPath } from "../../lib/config/catalogue";
import { firstPartyApps, regionOf } from "../../lib/config/clouds";
import { shown } from "../../lib/config/problems";
import type { Place } from "./find-out";
import type { StackFile, Why } from "./stack-file";

/** As options give them. */
export type Answers = Partial<Record<"vaultName" | "region" | "account" | "azure" | "graph", string>>;

export interface Question {
  name: keyof Answers;
  option: string;
  example: string;
  /** The setting that its answer is judged by. */
  path: string;
  asks: (place: Place) => string;
  /** Default: always. */
  applies?: (file: StackFile, answers: Answers) => boolean;
  /** An answer to accept with Enter, where the file has no valid one. */
  usual?: (place: Place) => string;
  read: (file: StackFile) => string;
  /** @returns what is wrong with the answer beside the settings' own rules */
  write: (file: StackFile, answer: string, place: Place) => Why | undefined;
}

const { allowed: vaultNames = "", example: vaultName = "" } = settingsByPath.get("vault.name") ?? {};
const { example: location = "" } = settingsByPath.get("vault.location") ?? {};
const { example: account = "" } = settingsByPath.get("consent.account") ?? {};

/** User.Read has a setting of its own. */
const userRead = "User.Read";
const graphName = "Microsoft Graph";
const isGraph = ({ resource }: Extra): boolean => [graphName, firstPartyApps.microsoftGraph].includes(resource);

interface Extra {
  resource: string;
  delegated?: string[];
  application?: string[];
}

/** The file's settings beside the answers are right. */
const extrasIn = (file: StackFile): Extra[] => ((file.get("permissions") ?? {}) as { extra?: Extra[] }).extra ?? [];

function graphPermissions(file: StackFile): string {
  const { delegated = [] } = extrasIn(file).find(isGraph) ?? {};
  const own = file.text("delegatedGraph") === "true" ? [userRead] : [];
  return [...own, ...delegated].join(",") || "none";
}

function writeGraph(file: StackFile, answer: string): undefined {
  const named = answer.toLowerCase() === "none" ? [] : [...new Set(answer.split(/[\s,]+/u).filter(Boolean))];
  const others = named.filter((name) => name !== userRead);
  file.set(["delegatedGraph"], String(named.includes(userRead)));
  const extras = extrasIn(file);
  const index = extras.findIndex(isGraph);
  if (others.length > 0) {
    if (index < 0) file.add(["permissions", "extra"], { resource: graphName, delegated: others });
    else file.set(["permissions", "extra", index, "delegated"], others);
  } else if (index >= 0) {
    if (extras[index]?.application !== undefined) file.delete("permissions", "extra", index, "delegated");
    else if (extras.length > 1) file.delete("permissions", "extra", index);
    else file.delete("permissions", "extra");
  }
}

/** An account without a domain is one of the tenant's default domain. */
function writeAccount(file: StackFile, answer: string, { domains }: Place): Why | undefined {
  const [usual] = domains;
  const account = answer.includes("@") || usual === undefined ? answer : `${answer}@${usual}`;
  file.set(["consent", "account"], account);
  const domain = account.slice(account.lastIndexOf("@") + 1).toLowerCase();
  return domains.length === 0 || domains.some((one) => one.toLowerCase() === domain)
    ? undefined
    : { found: shown(account), allowed: `an account of the tenant, whose domains are ${domains.join(", ")}` };
}

function writeAzure(file: StackFile, answer: string): Why | undefined {
  const [isYes, isNo] = [/^(?:y|yes)$/iu, /^(?:n|no)$/iu].map((word) => word.test(answer));
  if (!isYes && !isNo) return { found: shown(answer), allowed: "yes or no" };
  file.set(["azureManagement"], String(isYes));
  return undefined;
}

/** Writes an answer that is a setting's own value. */
const writeTo =
  (...path: readonly [string, string]) =>
  (file: StackFile, answer: string): undefined => {
    file.set(path, answer);
  };

/** A stack may use a vault that exists; options of a new one are judged then too. */
const makesVault = (file: StackFile, answers: Answers): boolean =>
  file.text("vault", "uri") === "" || answers.vaultName !== undefined || answers.region !== undefined;

export const questions: readonly Question[] = [
  {
    name: "vaultName",
    option: "--vault-name",
    example: vaultName,
    path: "vault.name",
    asks: () => `Name of the new vault (${vaultNames})`,
    applies: makesVault,
    read: (file) => file.text("vault", "name"),
    write: writeTo("vault", "name"),
  },
  {
    name: "region",
    option: "--region",
    example: location,
    path: "vault.location",
    asks: ({ cloud }) => `Region of vault and resource group, in ${cloud}`,
    applies: makesVault,
    usual: ({ cloud }) => regionOf[cloud],
    read: (file) => file.text("vault", "location"),
    write: writeTo("vault", "location"),
  },
  {
    name: "account",
    option: "--account",
    example: account,
    path: "consent.account",
    asks: ({ domains: [domain = "contoso.example"] }) =>
      `Service account, which signs in once with multi-factor authentication (such as svc-partner@${domain})`,
    read: (file) => file.text("consent", "account"),
    write: writeAccount,
  },
  {
    name: "azure",
    option: "--azure",
    example: "yes",
    path: "azureManagement",
    asks: () => "Tokens for Azure too (yes or no)",
    read: (file) => (file.text("azureManagement") === "true" ? "yes" : "no"),
    write: writeAzure,
  },
  {
    name: "graph",
    option: "--graph",
    example: userRead,
    path: "permissions",
    asks: () => "Delegated permissions for tokens of Microsoft Graph, separated by commas, or none",
    read: graphPermissions,
    write: writeGraph,
  },
];
