import { credentialError } from "../../../lib/azure/credential-error";
import { previewFailure } from "../../../cli/engine/preview-failure";
import { mostSaid } from "../../../lib/errors/text";
import { noEngine } from "../../../cli/engine/engine";
import { exitCodeOf } from "../../../cli/terminal/failure";

const lock = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  azblob://state/.pulumi/locks/1.json: created by runner@host (pid 7) at 2026-11-24T10:00:00Z`;

test.each<[string, string, number, RegExp]>([
  ["a lock", lock, 2, /currently locked.*created by runner@host.*unlock the stack: pulumi cancel --stack global$/su],
  [
    "another update of Pulumi Cloud",
    "error: [409] Conflict: Another update is currently in progress.",
    2,
    /pulumi cancel --stack global$/u,
  ],
  [
    "no login",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    2,
    /pulumi login '<address>'/u,
  ],
  [
    "a configuration",
    "The configuration of this stack has 1 problem:\n\n  secure-application-model:vault.location\n    fix:     pulumi config set --path 'secure-application-model:vault.location' westeurope\n",
    2,
    /^Stack global: The configuration of this stack has 1 problem:.*westeurope$/su,
  ],
  [
    "old code",
    "The sources are newer than the build in bin/, so this would run old code. Build it: npm run build",
    2,
    /npm run build$/u,
  ],
  [
    "a container that is gone",
    `error: Preview failed: Status=404 Code="ContainerNotFound" Message="The specified container does not exist."`,
    1,
    /^Stack global: the blob container of the state is gone.* create it again: secure-app-model doctor --stack global$/u,
  ],
  [
    "anything else",
    "error: rpc error: connection refused",
    1,
    /^The engine could not check stack global \(exit 255\); whether it has drifted is not known\. rpc error/u,
  ],
])("%s", (_, words, code, message) => {
  const error = previewFailure("global", 255, words, []);
  expect([exitCodeOf(error), error.message]).toEqual([code, expect.stringMatching(message)]);
});

test("a federated identity that is refused is one sentence, whatever the providers wrap around it", () => {
  const words = `could not create provider: 1 error occurred:
	* building client: unable to obtain access token: clientCredentialsToken: received HTTP status 401 with response: {"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:a/b:environment:x'. Check Trace ID: 1 Correlation ID: 2"}`;
  const { message } = previewFailure("global", 255, words, []);
  expect(message).toMatch(
    /^Entra refused the sign-in to check stack global: no federated credential names this workload's subject; whether it has drifted is not known\. Entra says: AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:a\/b:environment:x'\. Check\. Compare the federated credential/u,
  );
});

test("a long refusal is its first sentence", () => {
  const said =
    "AADSTS700212: No matching federated identity record found for presented assertion audience 'api://Nobody'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";
  const { what, why = "" } = previewFailure("global", 255, said, []);
  expect(why).toMatch(/^Entra says: AADSTS700212: .*'api:\/\/Nobody'\.$/u);
  expect(`${what} ${why}`.length).toBeLessThanOrEqual(mostSaid);
});

test.each([
  ["a provider", `building client: {"error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: 1"}`],
  [
    "the program",
    credentialError("Signing in", undefined, new Error("AADSTS7000215: Invalid client secret provided.")).message,
  ],
])("a wrong secret is the login's, not the application's, in the words of %s", (_, words) => {
  expect(previewFailure("global", 255, words, []).message).toBe(
    "Entra refused the sign-in to check stack global: the client secret is wrong, or is the secret's id instead of its value; whether it has drifted is not known. " +
      "Entra says: AADSTS7000215: Invalid client secret provided. Repair the Azure credential of this process, then check again: secure-app-model doctor",
  );
});

const urn = "urn:pulumi:global::p::azure-native:keyvault:Secret::partner-initial";
const unread = (said: string) => ({ urn, type: "azure-native:keyvault:Secret", said });

test("a resource that could not be read is named", () => {
  const said = 'Status=403 Code="AuthorizationFailed" Message="no"';
  const { code, what, why, fixes } = previewFailure("global", 1, "Preview failed", [unread(said)]);
  expect({ code, what, why, fixes: fixes.map(({ text, commands }) => ({ text, args: commands?.[0]?.args })) }).toEqual({
    code: "drift-unread",
    what: "Stack global: azure-native.keyvault.Secret partner-initial could not be read, and the engine ends there; whether it has drifted is not known.",
    why: said,
    fixes: [{ text: "See what else has drifted", args: ["preview", "--exclude", urn, "--stack", "global"] }],
  });
});

test("of several that could not be read each is named, and the rest is what none of them is in", () => {
  const other = { ...unread("boom"), urn: `${urn}-2` };
  const { what, why, fixes } = previewFailure("global", 1, "", [unread("bang"), other]);
  expect([what, why, fixes.flatMap(({ commands }) => commands?.[0]?.args)]).toEqual([
    "Stack global: azure-native.keyvault.Secret partner-initial and azure-native.keyvault.Secret partner-initial-2 could not be read, and the engine ends there; whether it has drifted is not known.",
    "bang; boom",
    ["preview", "--exclude", urn, "--exclude", `${urn}-2`, "--stack", "global"],
  ]);
});

test("what the engine says twice is said once, and not without an end", () => {
  const { message } = previewFailure(
    "global",
    undefined,
    `error: boom\n${"error: boom\n".repeat(3)}${Array.from({ length: 90 }, (_, n) => `line ${n}`).join("\n")}`,
    [],
  );
  expect(message).toMatch(/\(it was ended\)/u);
  expect([message.match(/boom/gu)?.length, message.includes("line 20"), message.includes("line 60")]).toEqual([
    1,
    true,
    false,
  ]);
});

test("no engine, or no folder to run it in", () => {
  expect(noEngine(undefined).message).toMatch(/no `pulumi` on PATH/u);
  for (const none of ["/nowhere/at/all", __filename]) {
    expect(noEngine(none).message).toBe(
      `There is no folder ${none}. Name the folder of Pulumi.yaml: secure-app-model '<command>' --cwd '<folder of Pulumi.yaml>'`,
    );
  }
});

test("a line that several say is kept once, but for the facts of each problem", () => {
  const problems = ["a", "b"].map((name) => `${name}\n    found:   nothing\n    fix:     set ${name}`);
  const { why } = previewFailure("global", 255, ["refused", ...problems, "refused"].join("\n"), []);
  expect(why).toBe(["refused", ...problems].join("\n"));
});
