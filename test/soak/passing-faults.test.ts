/** One answer in twenty of each service fails in a way that passes: deployments lose nothing, and double nothing. */
import { rotationVariable } from "../../lib/config/own-variables";
import { failing, struckBy } from "../cli/support/under-faults";
import { startDeployed } from "../e2e/support/deployed-once";
import { redeem } from "../e2e/support/command";
import { newestOf, tokenVersions } from "../e2e/support/vault";
import { expectOneRecord } from "./support/repaired";

const oneIn = Number(process.env["SOAK_ONE_IN"] ?? 20);
const deployments = Number(process.env["SOAK_UPS"] ?? 50);

/** The parts of the engine's diagnostics that are of no plugin of Microsoft's services. */
const ofOthers = (failure: string): string[] =>
  failure
    .split(/^(?= {2}\S+ \(.*\):$)/mu)
    .filter(
      (part) =>
        /^\s+error: (?!update failed)/mu.test(part) &&
        !/azuread:index|azure-native:|clientCredentialsToken|A provider plugin failed without a text/u.test(part),
    );

test(
  `${deployments} deployments, each with another client secret`,
  async () => {
    await using project = await startDeployed();
    const counts = { deployments, runs: 0, endedByPlugin: 0 };
    const tags = newestOf(await tokenVersions(project)).tags;
    const faults = failing(project, oneIn);
    // A run that is asked again does the same again.
    project.environment[rotationVariable] = "next";
    for (let number = 1; number <= deployments; number += 1) {
      for (let run = 1; ; run += 1) {
        counts.runs += 1;
        const failure = await project.up().then(
          () => undefined,
          (error: unknown) => String(error),
        );
        if (failure === undefined) break;
        // The plugins repeat no request for a token (go-azure-sdk's clientCredentialsToken): what such a run gave up, the next one finishes.
        counts.endedByPlugin += 1;
        expect(ofOthers(failure)).toEqual([]);
        expect(run).toBeLessThan(8);
      }
    }
    const struck = struckBy(project, faults);
    process.stderr.write(`${JSON.stringify({ ...counts, struck })}\n`);
    Reflect.deleteProperty(project.environment, rotationVariable);
    // One that ended while it deleted had recorded the next one already.
    expect(await expectOneRecord(project)).toHaveLength(2);
    expect(newestOf(await tokenVersions(project)).tags).toEqual(tags);
    expect((await redeem(project, "graph")).code).toBe(0);
    expect((await project.drift()).code).toBe(0);
  },
  120_000 * deployments,
);
