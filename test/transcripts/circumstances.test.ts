import { registerApplication } from "../../embedded-cloud/testing/applications";
import { type Application, firstParty, type SecretVersion } from "../../embedded-cloud/testing/directory";
import { type Emulator, startEmulator } from "../../embedded-cloud/testing/emulator";
import { circumstance, type Deployed } from "./circumstances";

const secret = (value: string): SecretVersion => ({ id: "v", value, tags: {}, enabled: true, created: 1, updated: 1 });
const refreshToken = secret("token");
const clientSecret = secret("secret");
let emulator: Emulator;
let application: Application;
let deployed: Deployed;
beforeEach(async () => {
  emulator = await startEmulator();
  const { azureAdGraph, microsoftGraph } = firstParty;
  ({ application } = registerApplication(emulator, {
    web: { redirectUris: ["urn:ietf:wg:oauth:2.0:oob", "http://localhost/consent"] },
    requiredResourceAccess: [azureAdGraph, microsoftGraph].map(({ appId }) => ({
      resourceAppId: appId,
      resourceAccess: [{ id: "before", type: "Scope" }],
    })),
  }));
  deployed = {
    emulator,
    application: () => application,
    refreshToken: () => refreshToken,
    clientSecret: () => clientSecret,
  };
});
afterEach(() => emulator.close());

/** Everything that a circumstance may change. */
const state = () => structuredClone({ application, refreshToken, clientSecret, faults: emulator.faults.list() });

const soon = (days: number) => Math.floor(Date.now() / 1000) + (days + 0.5) * 86_400;

test.each<[word: string, changed: object]>([
  ["entra-refuses=50173", { faults: [{ form: { grant_type: "refresh_token" }, entra: 50173, times: 0 }] }],
  ["reply-url-removed", { application: { web: { redirectUris: ["http://localhost/consent"] } } }],
  [
    "permission-added=Group.Read.All",
    {
      application: {
        requiredResourceAccess: [
          { resourceAccess: [{ id: "before" }] },
          { resourceAccess: [{ id: "before" }, { id: "5b567255-7703-4780-807c-7be8301ae99b", type: "Role" }] },
        ],
      },
    },
  ],
  ["token-ends-in=21", { refreshToken: { expires: expect.closeTo(soon(21), -2) as number } }],
  ["secret-ends-in=3", { clientSecret: { expires: expect.closeTo(soon(3), -2) as number } }],
])("%s holds until it is taken back", (word, changed) => {
  const before = state();
  const { undo } = circumstance(word, deployed);
  expect(state()).toMatchObject(changed);
  undo?.();
  expect(JSON.stringify(state())).toBe(JSON.stringify(before));
});

test("two of the same application are both taken back", () => {
  const before = JSON.stringify(state());
  const holding = ["reply-url-removed", "permission-added=Group.Read.All"].map((word) => circumstance(word, deployed));
  for (const { undo } of holding) undo?.();
  expect(JSON.stringify(state())).toBe(before);
});

test("a day is one from now on, in the cloud and for what is started; no line goes back", () => {
  const { clock } = emulator;
  const days = () => Math.round((clock.now() - Date.now()) / 86_400_000);
  expect(circumstance("day=61", deployed).surroundings?.env).toMatchObject({ MOVED_CLOCK_DAYS: "61" });
  expect(days()).toBe(61);
  circumstance("day=61", deployed);
  circumstance("day=60", deployed);
  expect(days()).toBe(61);
});

test("a word that is none names those that are", () => {
  expect(() => circumstance("entra-refusse=1", deployed)).toThrow(
    '"entra-refusse=1" is no circumstance; there are: entra-refuses, reply-url-removed, permission-added, token-ends-in, secret-ends-in, stored-token, day, signs-in, terminal.',
  );
});
