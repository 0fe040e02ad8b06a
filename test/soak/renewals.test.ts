/** A token that is renewed again and again, by two at once: it stays one, and the stack never drifts. */
import { secureAppModel } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project } from "../e2e/support/project";
import { newestOf, openVault, versionsOf } from "../e2e/support/vault";

const rounds = 40;

test(`${rounds} rounds of two renewals at once: only the newest second's versions stay enabled, tags as they were, and no drift`, async () => {
  const project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  try {
    const outputs = (await project.outputs()) as { refreshTokenName: string; vaultUri: string };
    const vault = await openVault(project);
    const { tags } = newestOf(await versionsOf(vault, outputs.refreshTokenName));
    const renew = () => secureAppModel(project, ["renew", "--vault", outputs.vaultUri]);
    for (let round = 1; round <= rounds; round += 1) {
      const codes = (await Promise.all([renew(), renew()])).map(({ code }) => code);
      const versions = await versionsOf(vault, outputs.refreshTokenName);
      // Times are of one second: versions that tie with the newest are kept, or two writers could disable each other's.
      const newest = newestOf(versions).createdOn;
      const enabled = versions.filter((version) => version.enabled);
      const others = enabled.filter(({ createdOn }) => createdOn !== newest);
      const token = await secureAppModel(project, ["token", "graph", "--vault", outputs.vaultUri]);
      expect({ round, codes, others, token: token.code }).toEqual({ round, codes: [0, 0], others: [], token: 0 });
      expect(enabled.map((version) => version.tags)).toEqual(enabled.map(() => tags));
    }
    expect((await project.drift()).code).toBe(0);
  } finally {
    await project.close();
  }
});
