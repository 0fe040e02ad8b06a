import { ClientSecretCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chapters } from "../../embedded-cloud/transcripts/contents";
import { withinOneDay } from "../../embedded-cloud/transcripts/dates";
import { pageCommand, pageFile, writePage } from "../../embedded-cloud/transcripts/page";
import { type Stage, withStage } from "../../embedded-cloud/transcripts/stage";
import { repository } from "./support/project";
import { newestOf, versionsOf } from "./support/vault";

interface Run {
  page: string;
  /** Everything secret that the run left in its vault. */
  secrets: string[];
}

/** Every version of every secret that can still be read. */
async function secretsOf({ cloud, outputs }: Stage): Promise<string[]> {
  const { tenantId, deployer, url } = cloud.ready;
  const credential = new ClientSecretCredential(tenantId, deployer.clientId, deployer.clientSecret, {
    authorityHost: url,
    disableInstanceDiscovery: true,
  });
  const vault = new SecretClient(outputs.vaultUri, credential, { disableChallengeResourceVerification: true });
  const names = [outputs.refreshTokenName, outputs.clientSecretName];
  const secrets: string[] = [];
  for (const name of names) {
    const { version } = newestOf((await versionsOf(vault, name)).filter(({ enabled }) => enabled));
    secrets.push((await vault.getSecret(name, { version })).value ?? "");
  }
  return secrets;
}

/** The first line that differs, on both sides, and what to do. */
function difference(committed: string, made: string): string {
  const [old, now] = [committed.split("\n"), made.split("\n")];
  const at = now.findIndex((line, index) => line !== old[index]);
  const line = at === -1 ? now.length : at;
  return [
    `${pageFile}, line ${line + 1}, is not what the commands print today.`,
    `  there:  ${old[line] ?? "(the page ends)"}`,
    `  today:  ${now[line] ?? "(the page ends)"}`,
    `If today's words are the right ones: ${pageCommand}`,
  ].join("\n");
}

describe("docs/commands.md", () => {
  const committed = readFileSync(join(repository, pageFile), "utf8");
  let run: Run;

  beforeAll(async () => {
    run = await withinOneDay((today) =>
      withStage(repository, async (stage) => ({
        page: await writePage(chapters, stage, today),
        secrets: await secretsOf(stage),
      })),
    );
  }, 600_000);

  test("is what every command prints", () => {
    if (run.page !== committed) throw new Error(difference(committed, run.page));
  });

  test("holds no secret and no token", () => {
    const shapes = [/eyJ[\w-]{10,}/u, /\b1\.A[\w-]{20,}/u];
    expect(run.secrets.map((secret) => secret.length > 20)).toEqual([true, true]);
    for (const page of [run.page, committed]) {
      const found = [...run.secrets, ...shapes].filter((word) =>
        typeof word === "string" ? page.includes(word) : word.test(page),
      );
      expect(found).toEqual([]);
    }
  });

  test("a difference names its line and the command that writes the page anew", () => {
    expect(difference("a\nb\n", "a\nc\n")).toBe(
      "docs/commands.md, line 2, is not what the commands print today.\n  there:  b\n  today:  c\n" +
        "If today's words are the right ones: npm run docs",
    );
  });
});
