import { VerificationError } from "../../lib/token/errors";
import { again, type Fix, forCommand, forStack, pulumi, sentence, setSetting } from "../../lib/errors/failure";
import { verifyTokens } from "../../lib/token/verify";
import { claims, target, tokensWith } from "./fixtures";

const { oid: account, aud: resource } = claims;
const changed = (changes: object) => tokensWith("refresh-canary", changes);

const [svc, named] = ["svc@partner.example", { upn: undefined }];
test.each([
  ["the resource's URI as audience", {}, svc],
  ["Partner Center's application id as audience", { aud: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd" }, svc],
  ["another case of the account's name", { upn: "SVC@Partner.Example" }, "SVC@Partner.Example"],
  ["the name in unique_name", { ...named, unique_name: svc }, svc],
  ["the name in preferred_username", { ...named, preferred_username: svc }, svc],
])("tokens hold with %s", (_, changes, accountName) => {
  const tokens = changed(changes);
  expect(verifyTokens(target, tokens)).toEqual({ tokens, account, accountName });
});

test("without an expected account any holds, named or not", () => {
  const tokens = changed({ upn: undefined });
  const verified = verifyTokens({ ...target, account: undefined }, tokens);
  expect(verified).toEqual({ tokens, account, accountName: "" });
});

const expected = (account: string): Fix[] => [
  sentence("Sign out of the other account."),
  forStack("If the expected account is wrong, change it", setSetting("consent.account", account), pulumi("up")),
  forCommand("If the expected account is wrong, name the right account", again("--account", account)),
];
const withoutMfa =
  "signed in without multi-factor authentication, which Partner Center requires (it answers 401, code 900421).";
const enrol = [
  sentence(
    "Enrol the account at https://aka.ms/mfasetup or require MFA for it in Conditional Access, and sign in again.",
  ),
];

const tenant = (found: string) =>
  `The sign-in was in tenant ${found}, not in ${target.tenantId}: sign in with an account of that tenant.`;
const audience = (aud: string) => `The token is for ${aud}, not for Partner Center (${resource}).`;
const [graph, alike] = ["https://graph.microsoft.com", `${resource}.evil.example`];
const [alice, unnamed] = ["alice@partner.example", "An unnamed account"];
const signedIn = (who: string) => `${who} signed in, but svc@partner.example was expected.`;

test.each<[string, object, string, Fix[]?]>([
  ["of another tenant", { tid: "other" }, tenant("other")],
  ["without a tenant", { tid: undefined }, tenant("undefined")],
  ["for another resource", { aud: graph }, audience(graph)],
  ["for a resource that only begins like it", { aud: alike }, audience(alike)],
  ["of another account", { upn: alice }, signedIn(alice), expected(alice)],
  ["of an account without a name", { upn: undefined }, signedIn(unnamed), expected("<account>")],
  ["of no account", { oid: undefined }, "The token names no account."],
  ["without MFA", { amr: ["pwd"] }, `${svc} ${withoutMfa}`, enrol],
  ["that do not say how the account signed in", { amr: undefined }, `${svc} ${withoutMfa}`, enrol],
])("tokens %s are refused, and nothing of them is shown", (_, changes, text, fixes = []) => {
  const failure = new VerificationError(`${text} Nothing was stored.`, ...fixes);
  expect(() => verifyTokens(target, changed(changes))).toThrow(failure);
});

test("a token that is no JWT is refused without being quoted", () => {
  expect(() => verifyTokens(target, { ...changed({}), accessToken: "opaque-canary" })).toThrow(
    "Entra returned an access token that is not a JWT, so the account and its sign-in cannot be checked.",
  );
});
