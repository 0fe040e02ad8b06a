/** GitHub's command, with the lines that set up a repository: a second run of them changes nothing. */
import { delimiter } from "node:path";
import { environmentFor } from "../../ci/environments";
import { linesFor } from "../../ci/next";
import { identityNames } from "../../ci/rights";
import { runGh } from "../../cli/ci/gh";
import { startGh } from "../support/gh/stand-in";

const facts = {
  stack: "global",
  tenantId: "t",
  subscriptionId: "s",
  backend: "azblob://c?storage_account=a",
  vaultUri: "https://v.vault.azure.net/",
};
const github = { repository: "contoso/partner", issuer: "https://token.actions.githubusercontent.com" };

test("the lines run twice, and every environment admits main alone", async () => {
  const gh = await startGh(github.repository);
  jest.replaceProperty(process, "env", { ...process.env, PATH: [gh.folder, process.env["PATH"]].join(delimiter) });
  const lines = linesFor(
    { github },
    identityNames.map((name) => environmentFor(name, `<${name}>`, facts)),
  );
  try {
    for (const line of lines) await runGh(line);
    const once = structuredClone(gh.environments);
    for (const line of lines) await runGh(line);
    expect(gh.environments).toEqual(once);
    expect(Object.entries(once).map(([name, { branches }]) => [name, branches])).toEqual(
      ["global-preview", "global-read", "global", "global-renew", "global-rotate"].map((name) => [name, ["main"]]),
    );
  } finally {
    jest.restoreAllMocks();
    await gh.close();
  }
});
