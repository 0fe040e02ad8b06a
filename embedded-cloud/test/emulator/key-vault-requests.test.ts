/** A vault's refusals of a request and of its body before a secret is read. */
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../../testing/azure";
import { type Answer, type Ask, askAs, asking, cloudOf, codeOf, refusal, tokenFor } from "../../testing/callers";
import { startEmulator } from "../../testing/emulator";
import { vaultClient } from "../../testing/vault-client";

const version = "api-version=2025-07-01";

let emulator: Emulator;
let origin: string;
let ask: Ask;

beforeAll(async () => {
  emulator = await startEmulator();
  const resourceManager = await askResourceManager(emulator);
  origin = await createVault(emulator, resourceManager);
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.vaultAdministrator);
  ask = await askAs(emulator, origin);
  for (const name of ["token", "gone"]) await ask("PUT", `/secrets/${name}?${version}`, { value: "one" });
  await ask("DELETE", `/secrets/gone?${version}`);
});

afterAll(() => emulator.close());

describe("api-version", () => {
  test.each([
    ["/secrets", "api-version must be specified"],
    [
      "/secrets?api-version=7.99",
      "The specified version (7.99) is not recognized. Consider using the latest supported version (2026-04-01).",
    ],
    [
      "/secrets/token?api-version=",
      "The specified version () is not recognized. Consider using the latest supported version (2026-04-01).",
    ],
  ])("%s is refused", async (path, message) => {
    expect(refusal(await ask("GET", path))).toEqual([400, "BadParameter", message]);
  });

  test.each([
    ...["2015-06-01", "2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-06-01-preview"],
    ...["2025-07-01", "2026-04-01"],
  ])("%s is known", async (known) => {
    expect((await ask("GET", `/secrets?api-version=${known}`)).status).toBe(200);
  });
});

/** Every served request, with a body if it has one. */
const requests: [method: string, path: string, body: object | undefined][] = [
  ["GET", "/secrets", undefined],
  ["PUT", "/secrets/token", { value: "two" }],
  ["DELETE", "/secrets/token", undefined],
  ["GET", "/secrets/token", undefined],
  ["GET", "/secrets/token/versions", undefined],
  ["PATCH", "/secrets/token/", {}],
  ["GET", "/deletedsecrets", undefined],
  ["GET", "/deletedsecrets/gone", undefined],
  ["POST", "/deletedsecrets/gone/recover", undefined],
  ["DELETE", "/deletedsecrets/gone", undefined],
];

describe("options that a request does not take are not served", () => {
  test.each(requests)("%s %s", async (method, path, body) => {
    const isList = method === "GET" && !/\/(?:token|gone)$/u.test(path);
    for (const option of ["$top", "$filter", "flavour", ...(isList ? [] : ["maxresults"])]) {
      const what = `${method} ${path.replace(/\/$/u, "")} with ${option}`;
      expect(refusal(await ask(method, `${path}?${version}&${option}=1`, body))).toEqual([
        501,
        "NotImplemented",
        `The emulator's Key Vault does not serve ${what}.`,
      ]);
    }
  });

  test.each(["/secrets", "/deletedsecrets", "/secrets/token/versions"])("%s has pages of 1 to 25", async (path) => {
    for (const size of ["0", "26", "-1", "1.5", "many", ""]) {
      const answer = refusal(await ask("GET", `${path}?${version}&maxresults=${size}`));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("maxresults") as string]);
    }
    for (const page of ["nonsense", "LTE", ""]) {
      const answer = refusal(await ask("GET", `${path}?${version}&$skiptoken=${page}`));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("$skiptoken") as string]);
    }
    expect((await ask("GET", `${path}?${version}&maxresults=25`)).status).toBe(200);
  });
});

describe("names", () => {
  const routes = ["/secrets/{}", "/secrets/{}/versions", "/deletedsecrets/{}"];
  test.each(["under_score", "a%20b", "dotted.name", "x".repeat(128)])("%s is none", async (name) => {
    for (const route of routes) {
      const answer = refusal(await ask("GET", `${route.replace("{}", name)}?${version}`));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("invalid name") as string]);
    }
  });

  test("a version is 32 hexadecimal digits", async () => {
    for (const [method, body] of [["GET"], ["PATCH", {}]] as const) {
      const answer = refusal(await ask(method, `/secrets/token/newest?${version}`, body));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("invalid version") as string]);
      expect((await ask(method, `/secrets/token/${"0".repeat(32)}?${version}`, body)).status).toBe(404);
    }
  });
});

/** A value of each JSON type. */
const kinds: Readonly<Record<string, unknown>> = {
  text: "x",
  number: 1,
  flag: true,
  list: [],
  object: {},
  fraction: 1.5,
  negative: -1,
};
/** The accepted types of a property; null means "not given" everywhere except in a value. */
const properties: [path: string, takes: string[], inPatch: boolean][] = [
  ["value", ["text"], false],
  ["contentType", ["text"], true],
  ["tags", ["object"], true],
  ["tags.a", ["text"], true],
  ["attributes", ["object"], true],
  ["attributes.enabled", ["flag"], true],
  ["attributes.nbf", ["number"], true],
  ["attributes.exp", ["number"], true],
];

/** A body with one property set, by its path. */
const bodyWith = (path: string, value: unknown): object => {
  const [outer = "", inner] = path.split(".");
  return { [outer]: inner === undefined ? value : { [inner]: value } };
};

const set = (body: unknown): Promise<Answer> => ask("PUT", `/secrets/token?${version}`, body);
const change = (body: unknown): Promise<Answer> => ask("PATCH", `/secrets/token/?${version}`, body);

describe("bodies", () => {
  test.each(properties)("%s takes %j and nothing else", async (path, takes, isInPatch) => {
    for (const [kind, value] of Object.entries(kinds)) {
      const expected = takes.includes(kind) ? 200 : 400;
      expect([kind, (await set({ value: "x", ...bodyWith(path, value) })).status]).toEqual([kind, expected]);
      if (isInPatch) expect([kind, (await change(bodyWith(path, value))).status]).toEqual([kind, expected]);
    }
  });

  test.each([
    ["no value", {}],
    ["a value of null", { value: null }],
    ["an unknown property", { value: "x", kid: "x" }],
    ["an unknown attribute", { value: "x", attributes: { expires: 1 } }],
    ["a value over 25 KB", { value: "é".repeat(12_801) }],
    ["a content type over 255 characters", { value: "x", contentType: "x".repeat(256) }],
    ["16 tags", { value: "x", tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) }],
    ["a tag's name over 256 characters", { value: "x", tags: { ["n".repeat(257)]: "x" } }],
    ["a tag's value over 256 characters", { value: "x", tags: { a: "x".repeat(257) } }],
    ["an end before its start", { value: "x", attributes: { nbf: 2, exp: 1 } }],
    ["a list", []],
    ["a text", "x"],
    ["nothing", undefined],
  ])("%s is refused, and the value not repeated", async (_, body) => {
    const [status, code, message] = refusal(await set(body));
    expect([status, code]).toEqual([400, "BadParameter"]);
    expect(message).not.toMatch(/xxx|éé/u);
  });

  test("a change takes no value, and an unknown property neither", async () => {
    for (const body of [{ value: "x" }, { kid: "x" }, { attributes: { created: 1 } }, [], undefined]) {
      expect(codeOf(await change(body))).toEqual([400, "BadParameter"]);
    }
  });

  test("what is longest is taken", async () => {
    const tags = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`${n}`.padEnd(256, "x"), "x".repeat(256)]));
    const body = { value: "x".repeat(25 * 1024), contentType: "x".repeat(255), tags };
    expect((await set(body)).status).toBe(200);
  });

  test.each([["text/plain"], ["application/x-www-form-urlencoded"], [undefined]])("%s is no JSON", async (type) => {
    const authorization = `Bearer ${await tokenFor(emulator, origin)}`;
    const body = new TextEncoder().encode(JSON.stringify({ value: "x" }));
    for (const [method, path] of [
      ["PUT", "/secrets/token"],
      ["PATCH", "/secrets/token/"],
    ] as const) {
      const headers = { authorization, ...(type !== undefined && { "content-type": type }) };
      const answer = await fetch(`${origin}${path}?${version}`, { method, headers, body });
      expect([answer.status, await answer.json()]).toEqual([
        415,
        { error: { code: "UnsupportedMediaType", message: expect.stringContaining("application/json") as string } },
      ]);
    }
  });
});

test("a change without a version is one of the newest", async () => {
  const client = vaultClient(emulator, origin);
  const { properties: newest } = await client.setSecret("changed", "one");
  const changed = await client.updateSecretProperties("changed", "", { contentType: "text/plain" });
  expect(changed).toMatchObject({ version: newest.version, contentType: "text/plain" });
});

test.each([
  ["POST", "/secrets/token/backup"],
  ["POST", "/secrets/restore"],
  ["POST", "/keys/token/create"],
  ["POST", "/keys/token/0123456789abcdef0123456789abcdef/decrypt"],
  ["POST", "/certificates/token/import"],
  ["POST", "/certificates/token/pending/merge"],
  ["PATCH", "/certificates/token/pending"],
  ["PUT", "/certificates/contacts"],
  ["GET", "/certificates/issuers"],
  ["GET", "/storage"],
  ["POST", "/secrets/token"],
  ["PUT", "/deletedsecrets/gone"],
])("%s %s is not served, and named", async (method, path) => {
  expect(refusal(await ask(method, `${path}?${version}`))).toEqual([
    501,
    "NotImplemented",
    `The emulator's Key Vault does not serve ${method} ${path}.`,
  ]);
});

describe("tokens", () => {
  const challenge = () =>
    `Bearer authorization="${emulator.origins.authority}/${emulator.seeds.partner.id}", resource="${origin}"`;
  const told = async (token: string) => {
    const { status, headers, body } = await asking(origin, `Bearer ${token}`)("GET", `/secrets?${version}`);
    return [status, headers.get("www-authenticate"), (body as { error: object }).error];
  };

  test("of another resource, of another tenant, and none at all are challenged again", async () => {
    const { resourceManager, authority } = emulator.origins;
    expect(await told(await tokenFor(emulator, resourceManager))).toEqual([
      401,
      challenge(),
      { code: "Unauthorized", message: `AKV10022: Invalid audience. Expected ${origin}, found: ${resourceManager}.` },
    ]);
    const { id } = emulator.seeds.otherPartners[0].partner;
    const { id: home } = emulator.seeds.partner;
    expect(await told(await tokenFor(emulator, origin, { tid: id }))).toEqual([
      401,
      challenge(),
      {
        code: "Unauthorized",
        message: `AKV10032: Invalid issuer. Expected one of ${authority}/${home}/, found ${authority}/${id}/v2.0.`,
      },
    ]);
    expect(await told("x.y.z")).toEqual([
      401,
      challenge(),
      { code: "Unauthorized", message: "[BearerReadAccessTokenFailed] Error validating token: it is malformed." },
    ]);
  });

  test("one that has ended is said to have", async () => {
    const { partner, deployer } = emulator.seeds;
    const iss = `${emulator.origins.authority}/${partner.id}/v2.0`;
    const claims = { tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" };
    const token = await cloudOf(emulator).tokens.sign({ ...claims, iss, aud: origin }, -1);
    expect(await told(token)).toEqual([
      401,
      challenge(),
      { code: "Unauthorized", message: "[TokenExpired] Error validating token: IDX10223." },
    ]);
  });
});
