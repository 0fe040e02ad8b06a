import { randomBytes } from "node:crypto";
import { runInNewContext } from "node:vm";
import { partsOf } from "../../lib/errors/failure";
import { holdSecret, holdVariables, withoutSecrets } from "../../lib/errors/secrets";
import { fitting } from "../../lib/errors/text";
import { formsOf } from "../e2e/support/canary";

const secret = () => `Aa8Q~${randomBytes(20).toString("base64")}&"`;
const inLines = (text: string, gap: string) => text.match(/.{1,10}/gu)?.join(gap) ?? "";

test("a secret that is held is in no text: unchanged, encoded, or with something between its characters", () => {
  const held = secret();
  holdSecret(held);
  for (const form of [...formsOf(held), JSON.stringify(held).slice(1, -1)])
    for (const gap of ["", "\n", "\r\n\t", " ", "\u200b", "\u0007 ", String.raw`\n`])
      expect(withoutSecrets(`It was ${inLines(form, gap)}, was it?`)).toMatch(
        /^It was .{0,4}\[secret\].{0,4}, was it\?$/u,
      );
});

test("what was held long ago gives way to what is held now; what is used again stays", () => {
  const [first, used] = [secret(), secret()];
  holdSecret(first);
  holdSecret(used);
  for (let count = 0; count < 200; count++) {
    if (count === 100) holdSecret(used);
    holdSecret(secret());
  }
  expect([withoutSecrets(first), withoutSecrets(used)]).toEqual([first, "[secret]"]);
});

test("what an error says that no part of this project made is masked when it is caught, before its secrets are forgotten", () => {
  const held = secret();
  holdSecret(held);
  expect(partsOf(new Error(`The service said ${held}.`))).toEqual({
    code: "unexpected",
    what: "The service said [secret].",
  });
});

test("a service's words are cut behind a secret or before it, never within it", () => {
  const held = secret();
  holdSecret(held);
  for (let before = 0; before < 320; before++)
    expect(fitting(`${"x".repeat(before)} ${held} was not right, and neither were ${"y".repeat(300)}`)).not.toContain(
      held.slice(0, 8),
    );
});

test("a short value may be an ordinary word: it stays", () => {
  holdSecret("initial");
  holdSecret("");
  holdSecret(undefined);
  expect(withoutSecrets("the initial secret")).toBe("the initial secret");
});

test("variables whose names show it are secrets, and so is a proxy's password, as it is and as it is meant", () => {
  const [one, two, three] = [secret(), "correct-horse@battery/staple", secret()];
  holdVariables({ A_TOKEN: one, HTTPS_PROXY: `http://user:${two}@proxy:8080`, all_proxy: `user:${three}` });
  holdVariables({ PATH: "/usr/bin/secret", NO_PROXY: "https://a:not-a-secret@b" });
  expect(withoutSecrets(`${one} ${two} ${three} /usr/bin/secret not-a-secret`)).toBe(
    "[secret] [secret] [secret] /usr/bin/secret not-a-secret",
  );
});

const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkiLCJhIjoiYiJ9.c2lnbmF0dXJlLW9mLW1hbnktY2hhcmFjdGVycw";
const key = ["-----BEGIN RSA PRIVATE KEY-----", "MIIE", "abc=", "-----END RSA PRIVATE KEY-----"];
test.each([
  ["a signed token", jwt],
  ["one over lines", jwt.replaceAll(".", ".\n  ")],
  ["one in Base64", Buffer.from(jwt).toString("base64")],
  ["a refresh token", `0.A${"bC-9_".repeat(20)}`],
  ["one over lines", `1.A${"bC-9_".repeat(20)}\n${"bC-9_".repeat(20)}`],
  ["a client secret", "abc8Q~0123456789abcdefghijklmnopqrstuvw"],
  ["a private key", key.join("\n")],
  ["one in JSON", key.join(String.raw`\n`)],
  ["one that is cut off", key.slice(0, 2).join("\n")],
])("%s that this process does not hold", (_, text) => {
  expect(withoutSecrets(`It was (${text})`)).toMatch(/^It was \(\[secret\]\)?$/u);
});

test.each([
  ["client_secret=hunter2hunter2&scope=x", "client_secret=[secret]&scope=x"],
  ['{"refresh_token": "opaque-token"}', '{"refresh_token": "[secret]"}'],
  ["client_assertion%3Dopaque-token", "client_assertion%3D[secret]"],
  ["https://a.example/w?v=1&sig=abcdefghij", "https://a.example/w?v=1&sig=[secret]"],
  ["http://user:p@ss@proxy:8080/x", "http://[secret]@proxy:8080/x"],
])("of %s the names stay", (text, left) => {
  expect(withoutSecrets(text)).toBe(left);
});

test.each([
  "export 'ARM_CLIENT_SECRET=<client secret>'",
  "http://<user>:<password>@<proxy>",
  "https://127.0.0.1:8080/v1.0/users/svc@partner.example",
  "grant_type=refresh_token&client_id=3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  "The refresh token refresh-token-3f2504e0-4f89-41d3-9a0c-0305e82c3301 of client-secret-initial-1a2b3c4d",
  `certificate:client-certificate-next-1a2b3c4d/0123456789abcdef0123456789abcdef#eyJ${"t".repeat(40)}`,
])("%s is no secret", (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

const periodic = "ab".repeat(20);
test.each([
  ...["eyJ", "eyJaaaaaaaa-", "eyJaaaaaaaa      ", "0.Aaaaa", `0.A${"a".repeat(50)} `, "0.A....", "abc8Q~"],
  ...["-----BEGIN PRIVATE KEY----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "-----END ", "PRIVATE KEY"],
  ...["://", "://a:", "a:b@", "client_secret=", 'client_secret" ', "?sig=", " ", String.raw`\n`],
  ...[periodic.slice(0, 8), `${periodic} `, "a"],
])("megabytes of %j take time in proportion to their length", (piece) => {
  holdSecret(periodic);
  const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
  // Where every character costs a look at all others, this takes an hour; in proportion, a moment on the busiest machine.
  runInNewContext("look()", { look: () => withoutSecrets(text) }, { timeout: 60_000 });
});
