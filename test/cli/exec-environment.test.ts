/** What a command of `exec` gets of this process's variables: no process, no emulator. */
import { addedFor, environmentFor, removedFrom } from "../../cli/exec/environment";

const place = { address: "http://127.0.0.1:1/msi/token", header: "h", folder: "/f" };
const customer = { tenantId: "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51", domain: "contoso.example", name: "Contoso" };
const valued = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "theirs"]));

const ofIdentities = [
  ...["AAD_LOGIN_METHOD", "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "ARM_CLIENT_ID", "AZURE_CLIENT_SECRET"],
  ...[
    "AZCOPY_SPA_CLIENT_SECRET",
    "azcopy_auto_login_type",
    "AZD_CONFIG_DIR",
    "IDENTITY_HEADER",
    "IMDS_ENDPOINT",
    "MSI_SECRET",
  ],
  ...["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RUNTIME_TOKEN"],
  ...["SYSTEM_ACCESSTOKEN", "SYSTEM_OIDCREQUESTURI", "idToken", "servicePrincipalKey"],
  ...["ENDPOINT_AUTH_PARAMETER_x_ACCESSTOKEN", "GITHUB_ENV", "GITHUB_PATH", "VSS_NUGET_ACCESSTOKEN"],
];
const ofGithub = ["GITHUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN"];
// A command may be pulumi.
const ofPulumi = ["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"];
const others = [
  ...ofPulumi,
  "PATH",
  "HOME",
  "ACTIONS_STEP_DEBUG",
  "GITHUB_REPOSITORY",
  "SYSTEM_TEAMPROJECT",
  "AZURESUBSCRIPTION",
  "tenantId",
];

test("nothing by which the job, or the person, is somebody, nor the webhook's address; GitHub's token if it is asked for", () => {
  const removed = [...ofIdentities, "SECURE_APP_MODEL_WEBHOOK"];
  const parent = valued([...removed, ...ofGithub, ...others]);
  const added = addedFor(parent, place, customer);
  expect(removedFrom(parent, false)).toEqual([...removed, ...ofGithub]);
  expect(environmentFor(parent, place, customer, false)).toEqual({ ...valued(others), ...added });
  expect(removedFrom(parent, true)).toEqual(removed);
  expect(environmentFor(parent, place, customer, true)).toEqual({ ...valued([...ofGithub, ...others]), ...added });
});
