/** What the state of a program of one's own shows: the same as the settings, where a program has some. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentIn } from "../../cli/engine/deployment";
import { describedIn } from "../../cli/engine/own-program";
import { engineTexts } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import type { DeployedStack } from "../e2e/support/deployed-stack";

const file = join(__dirname, "..", "fixtures", "state-before", "0.1.0.json");
const { configuration, state } = JSON.parse(readFileSync(file, "utf8")) as Pick<DeployedStack, "configuration"> & {
  state: { checkpoint: { latest: object } };
};
const deployment = JSON.stringify({ deployment: state.checkpoint.latest });

test("the settings of a stack, and its outputs", () => {
  const { config } = configuration as { config: Record<string, unknown> };
  const texts = Object.entries(engineTexts(config));
  const own = (name: string) => name.startsWith("secure-application-model:") && !name.endsWith(":endpoints");
  const declared = readSettings(Object.fromEntries(texts.filter(([name]) => own(name))), "/");
  const described = describedIn(deploymentIn(deployment));
  const { [`secure-application-model:endpoints`]: endpoints = "", ...others } = described?.configuration ?? {};
  const found = readSettings(others, "/");
  // Neither is read from there.
  expect({
    ...found,
    protect: declared.protect,
    tenantId: declared.tenantId,
    vault: { ...found.vault, retentionDays: 7 },
  }).toEqual(declared);
  expect(Object.keys(JSON.parse(endpoints) as object)).toContain("authority");
  expect(described).toMatchObject({
    outputs: { vaultUri: expect.stringMatching(/^https:/u) as string, clientSecretName: described?.references[0] },
    references: [expect.stringMatching(/^client-secret-initial-[0-9a-f]{8}$/u) as string],
  });
});

test("a state without a consent is no model's", () => {
  expect(describedIn({ resources: [], pending: [] })).toBeUndefined();
});
