/** The output of `npm start`, for somebody who sees it for the first time. */
import type { ReadyLine } from "../embedded-cloud";
import { columns, paint, wrapped } from "./screen";
import type { StackOutputs } from "./stack";
import type { RedeemedToken } from "./tokens";

/** Prints the title of a step, runs it, and prints its duration. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`\n${paint("bold", `▸ ${title}`)}\n`);
  const since = performance.now();
  const result = await work();
  process.stdout.write(`  ${paint("green", "✓")} ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Prints a line about a step. */
export function say(line: string): void {
  const indent = /^ */u.exec(line)?.[0].length ?? 0;
  process.stdout.write(line === "" ? "\n" : `${wrapped(`    ${line}`, 6 + indent, columns())}\n`);
}

/** Explains the pages to somebody who signs in with their own browser, before it opens. */
export function sayHowToSignIn({ serviceAccount, origins }: ReadyLine): void {
  for (const line of [
    `Your browser opens in a few seconds. If none does, open the address that is printed after "Sign in with".`,
    `It warns of the certificate of ${new URL(origins.authority).host}: the embedded cloud made its own. Go on all the same:`,
    `Chrome and Edge: Advanced, Proceed; Firefox: Advanced, Accept the Risk; Safari: Show Details, visit this website.`,
    `Account   ${serviceAccount.userPrincipalName} (filled in already)`,
    `Password  ${serviceAccount.password}`,
    `Then Sign in, Approve, Accept. The last page says "Consent stored".`,
    "",
  ])
    say(line);
}

export function printTable(
  outputs: StackOutputs,
  tokens: readonly RedeemedToken[],
  customers: readonly string[],
): void {
  const { consent } = outputs;
  const rows: [string, string][] = [
    ["Application", `${outputs.applicationId}  multi-tenant, the model's exact permissions + Azure management`],
    ["Service principal", `${outputs.servicePrincipalObjectId}  member of AdminAgents (pre-consent)`],
    ["Tenant", `${outputs.tenantId}  in ${outputs.cloud}`],
    ["Vault", outputs.vaultUri],
    ["Credential", `in the vault as ${outputs.credential.name}`],
    ["Refresh token", `in the vault as ${outputs.refreshTokenName}`],
    [
      "Consent",
      `${consent.health}: ${consent.account}, on ${consent.consentedOn.slice(0, 10)}, ends ${consent.expiresOn.slice(0, 10)}`,
    ],
    ...tokens.map(({ name, scopes, expiresOn }): [string, string] => [
      `Token ${name}`,
      `${scopes || "no delegated permission"}  until ${expiresOn.slice(11, 16)} UTC${remarks[name] ?? ""}`,
    ]),
    ["Customers", customers.join(", ")],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => {
    const head = `  ${name.padEnd(width)}`;
    return paint("bold", head) + wrapped(`${head}  ${text}`, width + 4, columns()).slice(head.length);
  });
  process.stdout.write(`\n${paint("bold", "What exists now")}\n\n${lines.join("\n")}\n`);
}

const remarks: Record<string, string> = {
  arm: "  (this stack sets azureManagement: Entra refuses the model's own permissions here, AADSTS65001)",
  "aad-graph": "  (legacy: Microsoft retired Azure AD Graph on 2025-08-31)",
};

/** No lines of its own: README's are the one way. */
const realTenant = `For a real tenant (nothing here was checked against live Azure) go on in README.md with "Install" and "Use it on a real tenant". \
Needed are Node.js 22.12 or later, the Pulumi CLI, the Azure CLI and, without Pulumi Cloud, PULUMI_CONFIG_PASSPHRASE.`;

/** @param pages addresses for a browser; undefined: the cloud is no longer running */
export function printNext(pages: { status: string; overview: string } | undefined): void {
  const shell =
    pages === undefined
      ? `The cloud has stopped; npm start -- --keep leaves it running.
`
      : `The cloud keeps running until Ctrl-C. In another shell:

  eval "$(npm run -s dev:env)"
  pulumi preview --stack dev
  secure-app-model token partner-center
`;
  process.stdout.write(`
${shell}
${wrapped(realTenant, 0, columns())}
`);
  if (pages === undefined) return;
  process.stdout.write(`
In a browser:

  ${paint("bold", "Status")}                 ${pages.status}
  ${paint("bold", "What the cloud holds")}   ${pages.overview}
`);
}
