/** Sends every row of the list to the emulator, and compares docs/embedded-cloud.md with the rows. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { startEmulator } from "../emulator/support/emulator";
import { entraRefusals } from "./entra";
import { graphRefusals } from "./graph";
import { keyVaultRefusals } from "./key-vault";
import { partnerCenterRefusals } from "./partner-center";
import { answerOf, type Refusal } from "./refusal";
import { withRefusals } from "./refusals-page";
import { resourceManagerRefusals } from "./resource-manager";

/** In the order of the page. */
const services: Record<string, readonly Refusal[]> = {
  Entra: entraRefusals,
  "Microsoft Graph": graphRefusals,
  "Resource Manager": resourceManagerRefusals,
  "Key Vault": keyVaultRefusals,
  "Partner Center": partnerCenterRefusals,
};

let cloud: Emulator;

beforeAll(async () => {
  cloud = await startEmulator({ clouds: ["AzureCloud", "AzureUSGovernment"] });
});
afterAll(() => cloud.close());

test.each(Object.entries(services))(
  "%s refuses each row of its list with the answer that stands there",
  async (_, rows) => {
    const differences: object[] = [];
    for (const { request, refused, answer, message = "", send } of rows) {
      cloud.reset();
      const given = await answerOf(await send(cloud));
      if (given.answer !== answer || !given.text.includes(message)) {
        differences.push({ request, refused, answer, message, given: given.answer, text: given.text.slice(0, 300) });
      }
    }
    expect(differences).toEqual([]);
  },
);

const page = path.join(__dirname, "..", "..", "..", "docs", "embedded-cloud.md");

test("docs/embedded-cloud.md shows every row; WRITE_PAGES=1 npm test -- refusals writes it", () => {
  const written = withRefusals(readFileSync(page, "utf8"), services);
  if (process.env["WRITE_PAGES"]) writeFileSync(page, written);
  expect(readFileSync(page, "utf8")).toBe(written);
});
