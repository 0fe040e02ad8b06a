/** Requests of a command that wait for each other, counted in the embedded cloud's own list. */
import { credentialName, type Stage, stageForEach } from "./support/stage";

/** Milliseconds of every request: longer than a busy machine takes to send those that go out together. */
const delay = 400;

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

/** The requests of a command, by the number of those that each has waited for. */
async function rowOf(...argv: string[]): Promise<string[][]> {
  const { faults, requests } = stage.emulator;
  faults.add({ delay, times: 0 });
  requests.clear();
  expect(await stage.run(argv)).toMatchObject({ code: 0 });
  const row: string[][] = [];
  let first = 0;
  for (const { at, milliseconds, method, path } of requests.entries()) {
    const began = Date.parse(at) - milliseconds;
    // Those that are under way together have begun together.
    if (began - first > delay / 2) {
      first = began;
      row.push([]);
    }
    row.at(-1)?.push(`${method} ${path.replace(/\?.*$/u, "").replace(`/${stage.tenantId}`, "")}`);
  }
  return row.map((together) => together.toSorted());
}

const [discovery, signIn] = ["GET /v2.0/.well-known/openid-configuration", "POST /oauth2/v2.0/token"];
const [token, record] = [() => `GET /secrets/${stage.tokenName}/`, `GET /secrets/${credentialName}/`];

// Microsoft's own clouds have no discovery: there it is one less (test/vault/early-sign-in.test.ts).
test("token: the vault is asked beside the authority, and the record beside the token", async () => {
  expect(await rowOf("token", "partner-center")).toEqual([
    ["GET /secrets", discovery],
    [signIn],
    ["GET /secrets"],
    [record, token()],
    [signIn],
  ]);
});

test("token of a tenant that is given: nothing is listed", async () => {
  expect(await rowOf("token", "partner-center", "--partner-tenant", stage.tenantId)).toEqual([
    [token(), discovery].toSorted(),
    [signIn],
    [token()],
    [record],
    [signIn],
  ]);
});
