/** Tokens of other partners in a stack's vault: one application, and one credential, redeems all. */
import { addManyPartners } from "../../../tools/embedded-cloud/testing/directory";
import { secureAppModel } from "../../e2e/support/command";
import { type Project, thatIsThere } from "../../e2e/support/project";
import { applicationOf } from "../../e2e/support/rotations";
import { newestOf, tokenVersions } from "../../e2e/support/vault";

export async function addPartners(project: Project, count: number): Promise<void> {
  const [vault] = project.subscription.vaults.values();
  const { tags } = newestOf(await tokenVersions(project));
  const application = await applicationOf(project);
  const own = { tenant: "{tenant}", account: "{account}", "account-name": "{accountName}", stack: "vendor" };
  const wanted = { count, application: application.appId, redeemable: true, age: 3600 };
  const place = { context: project.cloud, vault: thatIsThere(vault), application };
  addManyPartners(place, { ...wanted, tags: { ...tags, ...own } });
}

interface Reported {
  name: string;
  credential: string;
  probe: { redeemed: boolean } | null;
}

/** Redeems each token of a vault. @returns the credentials that they name, each once, and what was not redeemed */
export async function probed(
  project: Project,
  vaultUri: string,
): Promise<{ tokens: number; credentials: string[]; refused: Reported[] }> {
  const { stdout } = await secureAppModel(project, ["status", "--probe", "--json", "--vault", vaultUri]);
  const { tokens } = JSON.parse(stdout) as { tokens: Reported[] };
  return {
    tokens: tokens.length,
    credentials: [...new Set(tokens.map(({ credential }) => credential))],
    refused: tokens.filter(({ probe }) => probe?.redeemed !== true),
  };
}
