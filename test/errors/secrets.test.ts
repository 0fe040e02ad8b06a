import { randomBytes } from "node:crypto";
import { runInNewContext } from "node:vm";
import { partsOf } from "../../lib/errors/failure";
import { holdSecret, holdVariables, withoutSecrets } from "../../lib/errors/secrets";
import { forTerminal, oneLine } from "../../lib/errors/harmless";
import { fitting } from "../../lib/errors/text";
import { formsOf } from "../e2e/support/canary";

const secret = () => `Aa8Q~${randomBytes(20).toString("base64")}/&"`;
const inLines = (text: string, gap: string) => text.match(/.{1,10}/gu)?.join(gap) ?? "";

test("a secret that is held is in no text: unchanged, encoded, or with something between its characters", () => {
  const held = secret();
  holdSecret(held);
  const others = [
    encodeURIComponent(held).replaceAll(/%../gu, (found) => found.toLowerCase()),
    held.replaceAll(/\W/gu, (found) => `%${found.charCodeAt(0).toString(16)}`),
    held.replaceAll(/[^\w.-]/gu, (found) => String.raw`\u00${found.charCodeAt(0).toString(16)}`),
    held.replaceAll(/[^\w.-]/gu, (found) => `&#${found.charCodeAt(0)};`),
    held.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
    held.replaceAll("&", "&amp;"),
    held.replaceAll(/[^\w.-]/gu, (found) => `&#x${found.charCodeAt(0).toString(16)};`),
    JSON.stringify(held)
      .slice(1, -1)
      .replaceAll("/", String.raw`\/`),
    Buffer.from(held).toString("hex").toUpperCase(),
    Buffer.from(held).toString("hex").replaceAll(/../gu, "%$&"),
  ];
  for (const form of [...formsOf(held), JSON.stringify(held).slice(1, -1), ...others])
    for (const gap of ["", "\n", "\r\n\t", " ", "\u200b", "\u061c", "\ufe0f", "\u{e0041}", "\u0007 ", String.raw`\n`])
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

test.each(["8", "30", "40", "47", "107", "38;5;0"])("a text that a terminal would hide by %s is shown", (code) => {
  expect(forTerminal(`\u001B[${code}mhidden`)).toBe(` [${code}mhidden`);
  expect(forTerminal("\u001B[1m\u001B[31mred\u001B[0m")).toBe("\u001B[1m\u001B[31mred\u001B[0m");
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
  ...[
    "AZURE_STORAGE_KEY",
    "AZURE_DEVOPS_EXT_PAT",
    "GH_PAT",
    "AZURE_STORAGE_CONNECTION_STRING",
    "azure_storage_sas_token",
  ],
  ...["AWS_SECRET_ACCESS_KEY", "AccountKey", "OPENAI_API_KEY"],
])("the value of variable %s is a secret", (name) => {
  const value = secret();
  holdVariables({ [name]: value });
  expect(withoutSecrets(`It was ${value}`)).toBe("It was [secret]");
});

test("the names of keys and paths are none", () => {
  const plain = {
    PATH: "/usr/local/sbin",
    SSH_KEY_FILE: "/home/someone/key",
    STATE_KEY_NAME: "pulumi-state",
    NODE_PATH: "/some/where",
  };
  holdVariables(plain);
  const text = Object.values(plain).join(" ");
  expect(withoutSecrets(text)).toBe(text);
});

test.each([
  [
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0c2VjcmV0==",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=[secret]",
  ],
  ["Endpoint=sb://a.example/;SharedAccessKey=c2VjcmV0c2VjcmV0=", "Endpoint=sb://a.example/;SharedAccessKey=[secret]"],
  ['{"accountKey": "c2VjcmV0c2VjcmV0"}', '{"accountKey": "[secret]"}'],
  ["AZURE_DEVOPS_EXT_PAT=abcdefghijklm", "AZURE_DEVOPS_EXT_PAT=[secret]"],
  ["AZURE_STORAGE_KEY=abcdefghijklm", "AZURE_STORAGE_KEY=[secret]"],
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

/** Milliseconds of this processor: other processes of the machine do not count. */
function spent(work: () => void): number {
  const before = process.cpuUsage();
  // Where every character costs a look at all others, this would take an hour.
  runInNewContext("work()", { work }, { timeout: 60_000 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const tolerated = 3;

/** How much more one text costs than eight of an eighth of its length: 1 in proportion, 8 where each character looks at all others. */
function excess(piece: string, look: (text: string) => string): number {
  const text = (length: number) => piece.repeat(Math.ceil(length / piece.length));
  const [whole, part] = [text(160_000), text(20_000)];
  const once = () =>
    spent(() => look(whole)) /
    spent(() => {
      for (let count = 0; count < 8; count++) look(part);
    });
  let least = once();
  // The compiler and the collector of garbage take their time from one of both.
  for (let again = 0; again < 2 && least >= tolerated; again++) least = Math.min(least, once());
  return least;
}

const periodic = "ab".repeat(20);
/** Longer than any text here: what is short is compared with a part of each text alone. */
const long = "ab".repeat(100_000);
const nearly = `${"a".repeat(200_000)}b`;
const pieces = [
  ...[
    "eyJ",
    "eyJaaaaaaaa-",
    "eyJaaaaaaaa      ",
    "eyJaaaaaaaa\n",
    "0.Aaaaa",
    `0.A${"a".repeat(50)} `,
    "0.A....",
    "abc8Q~",
  ],
  ...["-----BEGIN PRIVATE KEY----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "-----END ", "PRIVATE KEY"],
  ...["://", "://a:", "a:b@", "client_secret=", 'client_secret" ', "?sig=", "_pat", " ", "\n", " \n", String.raw`\n`],
  ...[
    periodic.slice(0, 8),
    `${periodic} `,
    "a",
    "a\n",
    "ab",
    "ab\n",
    `${"ab".repeat(9000)}-`,
    `${"ab\n".repeat(9000)}-`,
  ],
];
test.each(pieces.map((piece) => [JSON.stringify(piece).slice(0, 24), piece] as const))(
  "the time for %s is in proportion to its length",
  (_, piece) => {
    for (const value of [periodic, long, nearly]) holdSecret(value);
    expect(excess(piece, (text) => oneLine(withoutSecrets(text)))).toBeLessThan(tolerated);
  },
);

test("of values that repeat and overlap, the longest at the first place is found", () => {
  const word = (length: number) => [...randomBytes(length)].map((byte) => "aaab"[byte % 4]).join("");
  const values = Array.from({ length: 60 }, (_, index) => word(8 + (index % 12)));
  values.forEach(holdSecret);
  for (let round = 0; round < 300; round++) {
    const text = word(120);
    let left = "";
    for (let at = 0; at < text.length;) {
      const there = values.filter((value) => text.startsWith(value, at)).map(({ length }) => length);
      left += there.length === 0 ? text.charAt(at) : "[secret]";
      at += Math.max(1, ...there);
    }
    expect(withoutSecrets(text)).toBe(left);
  }
});
