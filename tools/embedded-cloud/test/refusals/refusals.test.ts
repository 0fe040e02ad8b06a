/** Sends every row of the lists to the emulator. Rows are in the JSON lines beside this file. */
import { emulatorForEach, stopClock } from "../../testing/emulator";
import { entraRefusals, expectForm } from "./entra";
import { graphRefusals } from "./graph";
import { keyVaultRefusals } from "./key-vault";
import { partnerCenterRefusals } from "./partner-center";
import { answerOf, type Refusal } from "./refusal";
import { resourceManagerRefusals } from "./resource-manager";

const services: Readonly<Record<string, readonly Refusal[]>> = {
  Entra: entraRefusals,
  "Microsoft Graph": graphRefusals,
  "Resource Manager": resourceManagerRefusals,
  "Key Vault": keyVaultRefusals,
  "Partner Center": partnerCenterRefusals,
};

// Some are of what is under way, which would be over meanwhile on a busy machine.
const cloud = emulatorForEach(stopClock, { clouds: ["AzureCloud", "AzureUSGovernment"] });
afterEach(() => jest.restoreAllMocks());
const vaultChallenge = /^Bearer authorization="https:\S+", resource="https:\S+"$/u;

describe.each(Object.entries(services))("%s refuses", (service, rows) => {
  test.each(rows)("$request: $refused: $answer ($source)", async ({ answer, message, send }) => {
    const response = await send(cloud);
    const given = await answerOf(response);
    expect(given).toEqual({ answer, text: expect.stringContaining(message) as string });
    // A value that is too long may be a secret.
    expect(given.text).not.toMatch(/xxxx|éé/u);
    if (service === "Key Vault" && response.status === 401) {
      expect(response.headers.get("www-authenticate")).toMatch(vaultChallenge);
    }
    if (service === "Partner Center") {
      const code = Number(answer.split(" ")[1]);
      const failure = { code, description: expect.any(String) as string, data: [], source: "PartnerFD" };
      expect(JSON.parse(given.text)).toEqual(failure);
    }
    if (service === "Entra" && answer !== "501") expectForm(given.text, response.headers.get("location"));
  });
});
