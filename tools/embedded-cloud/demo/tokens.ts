/** What scripts do after the deployment: redeem the stored token for one resource after the other. */
import { join } from "node:path";
import { run } from "./command";
import type { Stack, StackOutputs } from "./stack";

export interface RedeemedToken {
  name: string;
  resource: string;
  account: string;
  scopes: string;
  expiresOn: string;
}

const resources = ["partner-center", "arm", "graph", "aad-graph"] as const;

/** @returns the parts of the tokens that may be shown, and the customers that the first one lists */
export async function redeemAll(
  repository: string,
  stack: Stack,
  outputs: StackOutputs,
  partnerCenter: string,
): Promise<{ tokens: RedeemedToken[]; customers: string[] }> {
  const main = join(repository, "bin", "cli", "main.js");
  const tokens: RedeemedToken[] = [];
  let customers: string[] = [];
  for (const name of resources) {
    const argv = [main, "token", name, "--json", "--cloud", outputs.cloud, "--vault", outputs.vaultUri];
    const { code, output } = await run(process.execPath, argv, { cwd: repository, env: stack.env, output: "keep" });
    const answer = JSON.parse(output) as { accessToken: string; resource: string; account: string; expiresOn: string };
    if (code !== 0) throw new Error(`secure-app-model token ${name} ended with exit code ${code}: ${output}`);
    const { accessToken, ...shown } = answer;
    tokens.push({ name, ...shown, scopes: scopesOf(accessToken) });
    if (name === "partner-center") customers = await listCustomers(partnerCenter, accessToken);
  }
  return { tokens, customers };
}

function scopesOf(accessToken: string): string {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8");
  return (JSON.parse(payload) as { scp?: string }).scp ?? "";
}

async function listCustomers(partnerCenter: string, accessToken: string): Promise<string[]> {
  const response = await fetch(`${partnerCenter}/v1/customers?size=50`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (!response.ok) throw new Error(`Partner Center answered ${response.status} to the list of customers.`);
  const { items } = (await response.json()) as { items: { companyProfile: { companyName: string; domain: string } }[] };
  return items.map(({ companyProfile }) => `${companyProfile.companyName} (${companyProfile.domain})`);
}
