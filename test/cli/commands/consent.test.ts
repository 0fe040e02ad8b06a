import { consentForPartner, type ConsentCommandOptions } from "../../../cli/consent/consent";
import { clouds } from "../../../lib/config/clouds";
import { consent } from "../../../lib/consent/consent";
import { delegatedFor } from "../../../lib/consent/precheck";
import { discoverTenant } from "../../../lib/oauth/discovery";
import { target } from "../../consent/fixtures";

jest.mock("../../../lib/consent/consent");
jest.mock("../../../lib/consent/precheck");
jest.mock("../../../lib/oauth/discovery");

const facts = {
  health: "ok",
  version: "v1",
  account: "account-object-id",
  accountName: "svc@partner.example",
  consentedOn: "2026-11-24T08:00:00.000Z",
  expiresOn: "2027-02-22T08:00:00.000Z",
} as const;
const { tenantId, clientId, clientSecretName, vaultUri, account } = target;
const permissions = [...target.permissions];
const options: ConsentCommandOptions = {
  cloud: "AzureCloud",
  vault: `${vaultUri}/`,
  tenant: "partner.example",
  clientId,
  clientSecretName,
  port: "8400",
  deadline: "10",
};
const out = { stdout: "", stderr: "" };
beforeEach(() => {
  jest.mocked(discoverTenant).mockReset().mockResolvedValue(tenantId);
  jest.mocked(consent).mockReset().mockResolvedValue(facts);
  jest.mocked(delegatedFor).mockReset().mockResolvedValue(permissions);
  for (const stream of ["stdout", "stderr"] as const) {
    out[stream] = "";
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      out[stream] += String(text);
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

test("the sequence gets the tenant behind the domain, and always asks a person", async () => {
  await consentForPartner(options);
  expect(jest.mocked(discoverTenant).mock.calls).toEqual([[clouds.AzureCloud, "partner.example"]]);
  const [about, given] = jest.mocked(consent).mock.calls[0] ?? [];
  expect(about).toEqual({ ...target, account: undefined, stack: "secure-app-model consent", isCommand: true });
  expect(given).toEqual({ mode: "interactive", force: false, port: 8400, deadlineMinutes: 10, warnBeforeDays: 30 });
});

test("what was given on the command line goes with it", async () => {
  await consentForPartner({
    ...options,
    ...(account === undefined ? {} : { account }),
    force: true,
    port: "65535",
    deadline: "60",
  });
  const [about, given] = jest.mocked(consent).mock.calls[0] ?? [];
  expect(about?.account).toBe("svc@partner.example");
  expect(given).toMatchObject({ force: true, port: 65535, deadlineMinutes: 60 });
});

test("who consented, and until when, is data; as JSON all that is known, never a token", async () => {
  await consentForPartner(options);
  expect(out.stdout).toBe(
    `svc@partner.example consented on 2026-11-24; the token in ${vaultUri} ends on 2027-02-22.\n`,
  );
  out.stdout = "";
  await consentForPartner({ ...options, json: true });
  expect(JSON.parse(out.stdout)).toEqual({ ...facts, vaultUri, tenantId });
});

test("progress and the address to open are on stderr", async () => {
  await consentForPartner(options);
  const ui = jest.mocked(consent).mock.calls[0]?.[2];
  out.stdout = "";
  ui?.progress("Waiting …");
  ui?.showUrl("http://localhost:8400/start/abc", "https://login.example/authorize?x")();
  expect(out).toEqual({
    stdout: "",
    stderr:
      "Waiting …\nSign in with the service account in the browser that opens, or open:\n\n  http://localhost:8400/start/abc\n\n" +
      "With a browser on another machine (over ssh, say) open this one. It ends at an address that it cannot open, http://localhost…;\n" +
      "paste that address here, or pipe it in:\n\n  https://login.example/authorize?x\n\n",
  });
});
