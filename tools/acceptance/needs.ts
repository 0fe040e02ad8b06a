/** What the checks need of the tenant and of who runs them: looked up, and told, before anything is made. */
import { equal } from "../../lib/azure/graph";
import { Failure, sentence } from "../../lib/errors/failure";
import { claimsIn, textOf } from "./answers";
import type { Check, Need } from "./check";
import { hasPowerShell } from "./checks/powershell";
import { graphList, type Known } from "./world";

/** The needs that only the run itself can meet. */
type Later = "application" | "deployment";
/** Undefined: only the check itself can find out. It reports what it found. */
export type Met = Readonly<Record<Exclude<Need, Later>, boolean | undefined>>;

export interface Given {
  everySignIn: boolean;
  /** Checks that were asked for by name, with what they need. */
  only: readonly string[] | undefined;
  administrator: string | undefined;
  customer: string | undefined;
  environment: NodeJS.ProcessEnv;
}

/** @throws Failure if the account is missing or disabled; Error if Microsoft Graph does not show it */
export async function needsMet(
  known: Known,
  { everySignIn, only, administrator, customer, environment }: Given,
): Promise<Met> {
  const { isOrdinary, isAgent } = await accountOf(known);
  const may = await rightsOf(known);
  return {
    "another cloud (--other-cloud)": known.other !== undefined,
    "another sign-in (--every-sign-in)": everySignIn || only !== undefined,
    "an administrator (--administrator)": administrator !== undefined,
    powershell: hasPowerShell(environment["PATH"]),
    "Azure AD Graph": known.hasAzureAdGraph,
    "an ordinary account": isOrdinary,
    AdminAgents: isAgent,
    "two customers": undefined,
    "a customer (--customer)": customer !== undefined,
    "the right to end sessions": may("User.RevokeSessions.All"),
    "the right to grant application permissions": may("AppRoleAssignment.ReadWrite.All"),
  };
}

/** The service account's memberships. Microsoft Graph shows it to whoever may deploy. */
async function accountOf(known: Known): Promise<{ isOrdinary: boolean; isAgent: boolean }> {
  const { account = "" } = known.settings.consent;
  const [user] = await graphList(known, `/v1.0/users${equal("userPrincipalName", account)}&$select=id,accountEnabled`);
  if (user?.["accountEnabled"] !== true) {
    throw new Failure(
      "acceptance",
      user === undefined ? `This tenant has no account ${account}.` : `The account ${account} is disabled.`,
      sentence("Name the service account in the stack's setting consent.account, or have it enabled."),
    );
  }
  const memberships = await graphList(known, `/v1.0/users/${textOf(user["id"])}/transitiveMemberOf`);
  return {
    isOrdinary: !memberships.some((one) => one["@odata.type"] === "#microsoft.graph.directoryRole"),
    isAgent: memberships.some(({ displayName }) => displayName === "AdminAgents"),
  };
}

/** Whether this process has a permission of Microsoft Graph; a person's depend on directory roles. */
async function rightsOf({ graphToken }: Known): Promise<(permission: string) => boolean | undefined> {
  const { scp, roles } = claimsIn(await graphToken());
  return (permission) => (scp !== undefined ? undefined : Array.isArray(roles) && roles.includes(permission));
}

const signs = (met: boolean | undefined): string => (met === undefined ? "?" : met ? "✓" : "–");

/** The checks that run, as far as it is known before anything is made. */
export const possible = (all: readonly Check[], met: Met): Check[] =>
  all.filter((check) => !needsOne(check, met, false));

/** Whether a need of the check, other than those that the run itself meets, is this: not there, or not known. */
const needsOne = ({ needs }: Check, met: Met, state: false | undefined): boolean =>
  needs.some((need) => need in met && met[need as keyof Met] === state);

/** How often the service account signs in, and for which checks; undefined when it does not. */
export function signInsOf(all: readonly Check[], met: Met): string | undefined {
  const asking = possible(all, met).filter(
    ({ id, needs }) => id === "deployment" || needs.includes("another sign-in (--every-sign-in)"),
  );
  if (asking.length === 0) return undefined;
  const isSure = !asking.some((check) => needsOne(check, met, undefined));
  const times = asking.length === 1 ? "once" : `${asking.length} times`;
  return `${times}${isSure ? "" : " at most"} (${asking.map(({ id }) => id).join(", ")})`;
}

/** A line for each need of the checks, and which of them are skipped without it. */
export function needLines(all: readonly Check[], met: Met, account: string): string[] {
  const words: Record<keyof Met, string> = {
    "another cloud (--other-cloud)": "another cloud to ask about the tenant (--other-cloud)",
    "another sign-in (--every-sign-in)": "another sign-in of the service account (--every-sign-in)",
    "an administrator (--administrator)": "an administrator at a browser, once (--administrator)",
    powershell: "PowerShell on PATH, with the modules",
    "Azure AD Graph": "Azure AD Graph's service principal in the tenant",
    "an ordinary account": `${account} without a directory role`,
    AdminAgents: `${account} in the group AdminAgents`,
    "two customers": "a partner's tenant with two customers, which are looked up once the account has signed in",
    "a customer (--customer)": "a customer whose consent may be made and revoked (--customer)",
    "the right to end sessions": "the right to end sessions: User.RevokeSessions.All, or User Administrator",
    "the right to grant application permissions":
      "the right to grant application permissions: AppRoleAssignment.ReadWrite.All, or Privileged Role Administrator",
  };
  return (Object.keys(words) as (keyof Met)[]).flatMap((need) => {
    const checks = all.filter(({ needs }) => needs.includes(need)).map(({ id }) => id);
    const skipped = met[need] === false ? `; without it skipped: ${checks.join(", ")}` : "";
    return checks.length === 0 ? [] : [`  ${signs(met[need])} ${words[need]}${skipped}`];
  });
}
