/** Sends every row of the lists to the emulator. */
import type { Emulator } from "../../emulator/emulator";
import { emulatorForEach } from "../../testing/emulator";
import { entraRefusals, expectForm } from "./entra";
import { graphRefusals } from "./graph";
import { keyVaultRefusals } from "./key-vault";
import { partnerCenterRefusals } from "./partner-center";
import { answerOf, type Refusal } from "./refusal";
import { resourceManagerRefusals } from "./resource-manager";

const services: Record<string, readonly Refusal[]> = {
  Entra: entraRefusals,
  "Microsoft Graph": graphRefusals,
  "Resource Manager": resourceManagerRefusals,
  "Key Vault": keyVaultRefusals,
  "Partner Center": partnerCenterRefusals,
};

let cloud: Emulator;
emulatorForEach((started) => (cloud = started), { clouds: ["AzureCloud", "AzureUSGovernment"] });

describe.each(Object.entries(services))("%s refuses", (service, rows) => {
  test.each(rows)("$request: $refused: $answer ($source)", async ({ answer, message = "", send }) => {
    const response = await send(cloud);
    const given = await answerOf(response);
    expect(given).toEqual({ answer, text: expect.stringContaining(message) as string });
    if (service === "Entra" && answer !== "501") expectForm(given.text, response.headers.get("location"));
  });
});
