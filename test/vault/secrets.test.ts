import { clouds } from "../../lib/config/clouds";
import { Vault } from "../../lib/vault/secrets";
import { failureOf } from "../oauth/failure";
import { answering, keyVaultError, type Reply, type Sent, workingCredential } from "./fake-vault";

jest.mock("@azure/keyvault-secrets", () =>
  jest.requireActual<typeof import("./fake-vault")>("./fake-vault").mockedSdk(),
);

const uri = "https://contoso.vault.azure.net";
const vault = () => new Vault(clouds.AzureCloud, `${uri}/`, workingCredential());
const seconds = (text: string): number => Date.parse(text) / 1000;
const version = (id: string, created: string, attributes: object = {}, tags?: object): object => ({
  id: `${uri}/secrets/token/${id}`,
  attributes: { enabled: true, created: seconds(created), updated: seconds(created), ...attributes },
  ...(tags === undefined ? {} : { tags }),
});
/** Responds in order; each response is recorded with its request. */
const inTurn = (...replies: Reply[]): Sent[] => answering(() => replies.shift() ?? { status: 500, body: {} });

describe("the list of versions", () => {
  test("is whole, newest first, with what the vault tells", async () => {
    const nextLink = `${uri}/secrets/token/versions?api-version=2026-04-01&skiptoken=2`;
    const sent = inTurn(
      {
        status: 200,
        body: { value: [version("a", "2026-01-01T00:00:00Z", { exp: seconds("2026-04-01T00:00:00Z") })], nextLink },
      },
      {
        status: 200,
        body: {
          value: [
            version("b", "2026-03-01T00:00:00Z", { enabled: false }, { tenant: "t" }),
            version("c", "2026-02-01T00:00:00Z"),
          ],
        },
      },
    );
    expect(await vault().listVersions("token")).toEqual([
      {
        version: "b",
        enabled: false,
        createdOn: new Date("2026-03-01"),
        updatedOn: new Date("2026-03-01"),
        expiresOn: undefined,
        contentType: "",
        tags: { tenant: "t" },
      },
      {
        version: "c",
        enabled: true,
        createdOn: new Date("2026-02-01"),
        updatedOn: new Date("2026-02-01"),
        expiresOn: undefined,
        contentType: "",
        tags: {},
      },
      {
        version: "a",
        enabled: true,
        createdOn: new Date("2026-01-01"),
        updatedOn: new Date("2026-01-01"),
        expiresOn: new Date("2026-04-01"),
        contentType: "",
        tags: {},
      },
    ]);
    expect(sent.map(({ path }) => path)).toEqual(["/secrets/token/versions", "/secrets/token/versions?skiptoken=2"]);
  });

  test("is empty where there is no such secret", async () => {
    inTurn(keyVaultError(404, "SecretNotFound"));
    expect(await vault().listVersions("token")).toEqual([]);
  });

  test("that is refused is refused with the vault's own reason", async () => {
    answering(() => keyVaultError(403, "Forbidden", "ForbiddenByFirewall"));
    expect(await failureOf(vault().listVersions("token"))).toMatchObject({ name: "VaultError", reason: "firewall" });
    expect(await failureOf(vault().listed("refresh-"))).toMatchObject({ name: "VaultError", reason: "firewall" });
  });
});

test("a value and tags that are no text count as none", async () => {
  const body = { id: `${uri}/secrets/token/a`, value: null, attributes: { enabled: true }, tags: { a: null, b: "c" } };
  inTurn({ status: 200, body });
  expect(await vault().read("token")).toEqual({ value: "", version: "a", contentType: "", tags: { b: "c" } });
});

test("names are those that start with the prefix", async () => {
  const item = (name: string): object => ({ id: `${uri}/secrets/${name}`, attributes: { enabled: true } });
  inTurn({ status: 200, body: { value: ["refresh-token-a", "client-secret-x", "refresh-token-b"].map(item) } });
  expect((await vault().listed("refresh-token-")).map(({ name }) => name)).toEqual([
    "refresh-token-a",
    "refresh-token-b",
  ]);
});

test("a secret is soft-deleted, or not, or the vault does not say", async () => {
  const deleted = { id: `${uri}/secrets/token`, recoveryId: `${uri}/deletedsecrets/token`, attributes: {} };
  inTurn(
    { status: 200, body: deleted },
    keyVaultError(404, "SecretNotFound"),
    keyVaultError(403, "Forbidden", "ForbiddenByRbac"),
  );
  expect(await vault().isDeleted("token")).toBe(true);
  expect(await vault().isDeleted("token")).toBe(false);
  expect(await failureOf(vault().isDeleted("token"))).toMatchObject({ reason: "no-role" });
});

test("a value is read with its tags, newest or by version", async () => {
  const contentType = "application/x-oauth-client-secret";
  const bundle = {
    id: `${uri}/secrets/token/b`,
    value: "the value",
    contentType,
    attributes: {},
    tags: { tenant: "t" },
  };
  const sent = inTurn({ status: 200, body: bundle }, { status: 200, body: bundle });
  expect(await vault().read("token")).toEqual({ value: "the value", version: "b", contentType, tags: { tenant: "t" } });
  expect(await vault().read("token", "b")).toEqual({
    value: "the value",
    version: "b",
    contentType,
    tags: { tenant: "t" },
  });
  expect(sent.map(({ path }) => path)).toEqual(["/secrets/token/", "/secrets/token/b"]);
});

test("disabling changes nothing else of a version", async () => {
  const sent = inTurn({ status: 200, body: version("a", "2026-01-01T00:00:00Z", { enabled: false }) });
  await vault().disable("token", "a");
  expect(sent).toEqual([{ method: "PATCH", path: "/secrets/token/a", body: { attributes: { enabled: false } } }]);
});

test("a vault of another cloud, or of none, is never asked", () => {
  const credential = workingCredential();
  expect(() => new Vault(clouds.AzureChinaCloud, uri, credential)).toThrow(
    `The vault URI "${uri}" is not one of AzureChinaCloud`,
  );
});

test("a vault that asks for another resource's token gets none", async () => {
  const sent = answering(() => ({ status: 200, body: { value: "x" } }), "https://graph.microsoft.com");
  const credential = workingCredential();
  const error = await failureOf(new Vault(clouds.AzureCloud, uri, credential).read("token"));
  expect(error).toMatchObject({ message: expect.stringMatching(/does not match the requested domain/u) as string });
  expect([credential.asked, sent]).toEqual([[], []]);
});
