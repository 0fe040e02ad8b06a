/** A token that is renewed again and again, by two at once: it stays one, and the stack never drifts. */
import { setTimeout as sleep } from "node:timers/promises";
import { checkedTag, isChecked, withoutCheck } from "../../lib/consent/published-credential";
import { startDeployed } from "../e2e/support/deployed-once";
import { redeem, secureAppModel } from "../e2e/support/command";
import { newestOf, tokenVersions } from "../e2e/support/vault";

const rounds = 40;

test(`${rounds} rounds of two renewals at once: only the newest second's versions stay enabled, tags as they were, and no drift`, async () => {
  await using project = await startDeployed();
  const { vaultUri } = await project.outputs();
  const { tags } = newestOf(await tokenVersions(project));
  const renew = () => secureAppModel(project, ["renew", "--vault", vaultUri]);
  for (let round = 1; round <= rounds; round += 1) {
    const codes = (await Promise.all([renew(), renew()])).map(({ code }) => code);
    const versions = await tokenVersions(project);
    // Times are in whole seconds: versions that tie with the newest are kept, because otherwise two writers could disable each other's.
    const newest = newestOf(versions).createdOn;
    const enabled = versions.filter((version) => version.enabled);
    const others = enabled.filter(({ createdOn }) => createdOn !== newest);
    const token = await redeem(project, "graph");
    expect({ round, codes, others, token: token.code }).toEqual({ round, codes: [0, 0], others: [], token: 0 });
    // Each says of itself alone that it was looked at.
    const own = enabled.map((version) => withoutCheck(version.tags));
    expect(own).toEqual(enabled.map(() => withoutCheck(tags)));
    const unlike = enabled.filter(
      (version) => checkedTag in version.tags && !isChecked({ ...version, createdOn: new Date(version.createdOn) }),
    );
    expect(unlike).toEqual([]);
  }
  expect((await project.drift()).code).toBe(0);
});

/**
 * Milliseconds of delay for the stores of renewals, each begun before a rotation: some end before its first `up` is over, some after its
 * second.
 */
const heldStores = [
  [1000, 4000, 8000, 12_000],
  [2000, 6000, 14_000],
  [500, 5000, 10_000],
];
const renewals = 60;

test(`${heldStores.length} rotations, ${renewals} renewals and ${heldStores.flat().length} held stores: no redemption fails, and each ends with the new secret everywhere`, async () => {
  await using project = await startDeployed();
  const counts = { redemptions: 0, renewals: 0, held: 0, rotations: 0 };
  const failures: unknown[] = [];
  const { refreshTokenName, vaultUri } = await project.outputs();
  const run = async (...argv: string[]) => {
    const { code, stderr } = await secureAppModel(project, [...argv, "--vault", vaultUri]);
    if (code !== 0) failures.push([argv, stderr]);
  };
  let running = true;
  const redeem = async () => {
    while (running) {
      await run("token", "graph");
      counts.redemptions += 1;
    }
  };
  const renew = async () => {
    await run("renew");
    counts.renewals += 1;
  };
  const redeeming = redeem();
  let label = "initial";
  for (const [index, delays] of heldStores.entries()) {
    const writers: Promise<void>[] = [];
    for (const delay of delays) {
      const path = `/secrets/${refreshTokenName}`;
      const fault = project.emulator.faults.add({ service: "keyVault", method: "PUT", path, delay });
      writers.push(renew());
      while (fault.struck === 0) await sleep(20);
      counts.held += 1;
    }
    const next = `next-${index + 1}`;
    await project.configure({ credential: { label: next, previous: { kind: "secret", label } } });
    await project.up();
    for (let others = 0; others < 5; others++) await renew();
    await project.configure({ credential: { label: next } });
    await project.up();
    while (counts.renewals + writers.length < ((index + 1) * renewals) / heldStores.length) await renew();
    await Promise.all(writers);
    counts.rotations += 1;
    const enabled = (await tokenVersions(project)).filter((version) => version.enabled);
    const named = new Set(enabled.map(({ tags }) => tags["client-secret"]?.replace(/-[0-9a-f]{8}$/u, "")));
    expect([...named]).toEqual([`client-secret-${next}`]);
    label = next;
  }
  while (counts.renewals < renewals) await renew();
  running = false;
  await redeeming;
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  expect({ failures, drift: (await project.drift()).code }).toEqual({ failures: [], drift: 0 });
  expect(counts).toEqual({ ...counts, renewals, held: heldStores.flat().length, rotations: heldStores.length });
});
