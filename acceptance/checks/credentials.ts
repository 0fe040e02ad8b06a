/** A rotation by the calendar, and a certificate whose key never leaves the vault. */
import { createHash } from "node:crypto";
import { fieldsOf, listOf, printedIn, textOf } from "../answers";
import type { Check, Json } from "../check";
import { certificateIn } from "../proof";
import { calendarAt, dayBefore, hasCertificate, objectOf, type Values } from "../template";
import type { World } from "../world";
import { credentialIn, firstStack, outputsIn, redeployed, settingsOf, vaultOf } from "./application";
import { driftOf } from "./drift";
import { redeem } from "./tokens";

/** Days before the run that the two turns began: later than the calendar of a stack that has one. */
const turns = [15, 10] as const;

interface Turn {
  exitCode: number;
  made: Json;
}

async function turn(world: World, days: number): Promise<Turn> {
  const { deployment } = world;
  // The label that was set by hand is the first turn's previous one; the calendar decides the validity.
  const { validityMonths: _, ...byHand } = objectOf(settingsOf(world)["credential"]);
  const credential = { ...byHand, ...calendarAt(world, days) };
  await deployment.configure(firstStack, settingsOf(world, { credential }));
  const { code, stdout } = await deployment.onStack(firstStack, "rotate", "--scheduled", "--json");
  deployment.outputs = await deployment.outputsOf(firstStack);
  return { exitCode: code, made: (fieldsOf(printedIn(stdout))["made"] ?? []) as Json };
}

/** Credentials of the application in Entra, of either kind. */
async function credentialsOf(world: World): Promise<number> {
  const path = `/v1.0/applications/${outputsIn(world).applicationObjectId}`;
  const { body } = await world.asDeployer("microsoftGraph", { path });
  return listOf(body?.["passwordCredentials"]).length + listOf(body?.["keyCredentials"]).length;
}

export const calendar: Check = {
  id: "calendar",
  promise:
    "By the calendar rotate --scheduled makes the credential of each period that has begun, publishes the token with it, leaves the one before it valid and takes out the older one, and nobody signs in; nothing has drifted then, and no rotation is due.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0017-rotation-by-the-calendar.md"],
  expected: (world) => ({
    turns: turns.map((days) => ({ exitCode: 0, made: [dayBefore(world, days)] })),
    credentials: 2,
    before: { status: 200 },
    token: 0,
    drift: { exitCode: 0, named: [] },
    again: { exitCode: 0, made: [] },
  }),
  look: async (world) => {
    const [first, second] = turns;
    const firstTurn = await turn(world, first);
    const previous = credentialIn(outputsIn(world));
    const secondTurn = await turn(world, second);
    const token = await partnerCenterToken(world);
    return {
      turns: [{ ...firstTurn }, { ...secondTurn }],
      credentials: await credentialsOf(world),
      before: { status: (await redeem(world, world.cloud.partnerCenter, { credential: previous })).status },
      token,
      drift: await driftOf(world, firstStack),
      again: { ...(await turn(world, second)) },
    };
  },
};

/** The certificate that the stack has: in the vault, and on the application. */
async function certificateOf(world: World): Promise<Json> {
  const { vaultUri, applicationObjectId } = outputsIn(world);
  const found = certificateIn(credentialIn(outputsIn(world)));
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

const isByCalendar = ({ credential }: Values): boolean => objectOf(credential)["rotateEvery"] !== undefined;

/** By hand the client secret goes in the same run. */
async function toCertificate(world: World): Promise<number> {
  const { endDate: _, ...others } = objectOf(settingsOf(world)["credential"]);
  return await redeployed(world, { credential: { ...others, kind: "certificate" } });
}

async function backTo(world: World, { credential }: Values): Promise<Json> {
  const again = isByCalendar({ credential }) ? credential : { ...objectOf(credential), label: "again" };
  const up = await redeployed(world, { credential: again });
  return { up, token: await partnerCenterToken(world) };
}

async function partnerCenterToken(world: World): Promise<number> {
  return (await world.deployment.command("token", "partner-center", ...vaultOf(world))).code;
}

const secretTypes = /ApplicationPassword|:VaultSecret$/u;

export const certificate: Check = {
  id: "certificate",
  promise:
    "A certificate is made in the vault, self-signed and with a key that cannot be exported; the application has its public part, the refresh token is redeemed with what the vault signs, and the state holds no secret of it. From client secrets to it and back takes a deployment each, and nobody signs in.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0018-a-key-that-stays-in-the-vault.md"],
  expected: (world) => ({
    to: hasCertificate(world) ? null : 0,
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
    // By the calendar what was there stays until the next turn: in Entra and in the vault.
    secretsInState: isByCalendar(settingsOf(world)) && !hasCertificate(world) ? 2 : 0,
    back: hasCertificate(world) ? null : { up: 0, token: 0 },
  }),
  look: async (world) => {
    const before = settingsOf(world);
    const to = hasCertificate(world) ? null : await toCertificate(world);
    const redeemed = (await redeem(world, world.cloud.partnerCenter)).status;
    const [token, found] = [await partnerCenterToken(world), await certificateOf(world)];
    const types = await world.deployment.typesIn(firstStack);
    const secretsInState = types.filter((type) => secretTypes.test(type)).length;
    const back = to === null ? null : await backTo(world, before);
    return { to, certificate: found, redeemed, token, secretsInState, back };
  },
};
