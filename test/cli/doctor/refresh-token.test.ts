/** What doctor prints of a token that was never stored. */
import { refreshTokenCheck } from "../../../cli/doctor/checks/refresh-token";
import { clouds } from "../../../lib/config/clouds";
import { known, told } from "../support/told";

const tenantId = "11111111-2222-4333-8444-555555555555";
const look = async (stack: object | undefined) =>
  told(
    await refreshTokenCheck.look(
      known({ cloud: clouds.AzureCloud, tenantId, clientId: undefined, tokenVersions: [], stack }),
    ),
  ).fix;
const settings = { consent: { warnBeforeDays: 30 } };

test("a half-made stack is deployed, since a first consent would ask for what only its outputs show", async () => {
  expect(await look({ settings, outputs: {} })).toMatch(/^Deploy again: pulumi up/u);
  const whole = await look({ settings, outputs: { applicationId: tenantId } });
  expect([whole, await look(undefined)]).toEqual(
    Array(2).fill(expect.stringMatching(/^Consent: .* consent --tenant /u)),
  );
});
