/** A client secret that is new or removed, a calendar, and a certificate whose key never leaves the vault. */
import { createHash } from "node:crypto";
import { entraRefusal, fieldsOf, listOf, serviceRefusal, printedIn, textOf } from "../answers";
import { day } from "../../../lib/credential/lifetime";
import { now } from "../../../lib/startup/clock";
import type { Check, Json } from "../check";
import { ask } from "../http";
import { certificateIn } from "../proof";
import { hasCertificate, objectOf } from "../template";
import type { World } from "../world";
import { firstStack, outputsIn, redeployed, settingsOf, vaultOf } from "./application";
import { driftOf } from "./drift";
import { credentialIn, redeem } from "./tokens";

/** Credentials of the application in Entra, of either kind. */
export async function credentialsOf(world: World): Promise<number> {
  const path = `/v1.0/applications/${outputsIn(world).applicationObjectId}`;
  const { body } = await world.asDeployer("microsoftGraph", { path });
  return listOf(body?.["passwordCredentials"]).length + listOf(body?.["keyCredentials"]).length;
}

/** Entra's answer to the application itself, which needs no permission: "taken", or the refusal. */
async function signedIn({ cloud, tenantId, secrets }: World, clientId: string, secret: string): Promise<Json> {
  const form = {
    ...{ grant_type: "client_credentials", client_id: clientId, client_secret: secret },
    scope: `${cloud.microsoftGraph}/.default`,
  };
  const answer = await ask({ method: "POST", url: `${cloud.authority}/${tenantId}/oauth2/v2.0/token`, form });
  secrets.add(textOf(answer.body?.["access_token"]));
  return answer.status === 200 ? "taken" : entraRefusal(answer);
}

/** Asks each second, for five minutes at most, until the answer has been the same so often in a row. @returns the answer */
async function untilInRow(
  { interruption }: World,
  times: number,
  isIt: (answer: Json) => boolean,
  look: () => Promise<Json>,
): Promise<Json> {
  for (let asked = 0, inRow = 0; asked < 300; asked += 1) {
    const answer = await look();
    inRow = isIt(answer) ? inRow + 1 : 0;
    if (inRow === times) return answer;
    await interruption.sleep(1000);
  }
  return `not ${times} times in a row`;
}

export const newClientSecret: Check = {
  id: "new-client-secret",
  promise:
    "A new client secret that Entra has taken five times in a row is taken in the twenty seconds after as well; removed, it is refused with AADSTS7000215 within five minutes. The application signs in without a permission of its own.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0014-a-record-and-its-generations.md"],
  expected: {
    added: "taken",
    refusedAfterwards: 0,
    removed: { status: 401, error: "invalid_client", codes: [7000215] },
  },
  look: async (world) => {
    const { applicationId, applicationObjectId } = outputsIn(world);
    const post = async (action: string, body: object) =>
      await world.asDeployer("microsoftGraph", {
        ...{ method: "POST", path: `/v1.0/applications/${applicationObjectId}/${action}`, body },
      });
    const endDateTime = new Date(now() + 7 * day).toISOString();
    const made = await post("addPassword", { passwordCredential: { displayName: "acceptance", endDateTime } });
    if (made.status !== 200) return serviceRefusal(made);
    const [secret, keyId] = [textOf(made.body?.["secretText"]), textOf(made.body?.["keyId"])];
    world.secrets.add(secret);
    const look = () => signedIn(world, applicationId, secret);
    const isTaken = (answer: Json) => answer === "taken";
    let [added, refusedAfterwards]: [Json, number] = ["", 0];
    try {
      added = await untilInRow(world, 5, isTaken, look);
      for (let left = 20; left > 0; left -= 1) {
        await world.interruption.sleep(1000);
        if (!isTaken(await look())) refusedAfterwards += 1;
      }
    } finally {
      await post("removePassword", { keyId });
    }
    return { added, refusedAfterwards, removed: await untilInRow(world, 5, (answer) => !isTaken(answer), look) };
  },
};

export const calendar: Check = {
  id: "calendar",
  promise:
    "With a calendar nothing has drifted, and rotate --scheduled makes no credential, before the day on which one is due.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0014-a-record-and-its-generations.md"],
  expected: { up: 0, scheduled: { exitCode: 0, made: [] }, drift: { exitCode: 0, named: [] } },
  look: async (world) => {
    const before = objectOf(settingsOf(world)["credential"]);
    const up = await redeployed(world, { credential: { ...before, rotateEvery: before["rotateEvery"] ?? "90d" } });
    const { code, stdout } = await world.deployment.onStack(firstStack, "rotate", "--scheduled", "--json");
    const made = (fieldsOf(printedIn(stdout))["made"] ?? []) as Json;
    return { up, scheduled: { exitCode: code, made }, drift: await driftOf(world, firstStack) };
  },
};

/** The certificate that the stack has: in the vault, and on the application. */
async function certificateOf(world: World): Promise<Json> {
  const { vaultUri, applicationObjectId } = outputsIn(world);
  const found = certificateIn(await credentialIn(world));
  if (found === undefined) return "none";
  const { name, version, thumbprint } = found;
  const inVault = async (path: string) =>
    (await world.asDeployer("keyVault", { path: `${vaultUri}${path}?api-version=7.4` })).body;
  const bundle = await inVault(`certificates/${name}/${version}`);
  const { key_props: key, issuer } = fieldsOf((await inVault(`certificates/${name}/policy`)) ?? {});
  const secret = textOf((await inVault(`secrets/${name}/${version}`))?.["value"]);
  const path = `/v1.0/applications/${applicationObjectId}?$select=keyCredentials`;
  const { body } = await world.asDeployer("microsoftGraph", { path });
  const hash = (der: string) => createHash("sha256").update(Buffer.from(der, "base64")).digest("base64url");
  return {
    exportable: fieldsOf(key)["exportable"] === true,
    type: textOf(fieldsOf(key)["kty"]),
    issuer: textOf(fieldsOf(issuer)["name"]),
    privateKeyInSecret: /PRIVATE KEY/u.test(secret),
    isNamed: hash(textOf(bundle?.["cer"])) === thumbprint,
    onApplication: listOf(body?.["keyCredentials"]).some(({ key: der }) => hash(textOf(der)) === thumbprint),
  };
}

async function toKind(world: World, kind: Json): Promise<number[]> {
  const up = await redeployed(world, { credential: { ...objectOf(settingsOf(world)["credential"]), kind } });
  const finish = await world.deployment.onStack(firstStack, "rotate", "--yes", "--finish");
  return [up, finish.code];
}

async function partnerCenterToken(world: World): Promise<number> {
  return (await world.deployment.command("token", "partner-center", ...vaultOf(world))).code;
}

const secretType = "ApplicationPassword";

export const certificate: Check = {
  id: "certificate",
  promise:
    "A certificate is made in the vault, self-signed and with a key that cannot be exported; the application has its public part, the refresh token is redeemed with what the vault signs, and the state holds no secret of it. From client secrets to it and back takes a deployment each, and rotate --finish ends what was before; nobody signs in.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0018-a-key-that-stays-in-the-vault.md"],
  expected: (world) => ({
    to: hasCertificate(world) ? null : [0, 0],
    certificate: {
      exportable: false,
      type: "RSA",
      issuer: "Self",
      privateKeyInSecret: false,
      isNamed: true,
      onApplication: true,
    },
    redeemed: 200,
    token: 0,
    secretsInState: 0,
    back: hasCertificate(world) ? null : [0, 0, 0],
  }),
  look: async (world) => {
    const to = hasCertificate(world) ? null : await toKind(world, "certificate");
    const redeemed = (await redeem(world, world.cloud.partnerCenter)).status;
    const [token, found] = [await partnerCenterToken(world), await certificateOf(world)];
    const types = await world.deployment.typesIn(firstStack);
    const secretsInState = types.filter((type) => type.endsWith(secretType)).length;
    const back = to && [...(await toKind(world, "secret")), await partnerCenterToken(world)];
    return { to, certificate: found, redeemed, token, secretsInState, back };
  },
};
