/** What Entra issues for the stored refresh token and the client secret. */
import { claimsIn, entraRefusal, textOf } from "../answers";
import type { Check, Json } from "../check";
import { type Answer, ask } from "../http";
import { assertionOf, certificateIn } from "../proof";
import type { World } from "../world";
import { outputsIn, vaultOf } from "./application";

/** A secret of the throwaway vault; no report contains it. */
export async function secretIn(world: World, name: string): Promise<string> {
  const path = `${outputsIn(world).vaultUri}secrets/${name}?api-version=7.4`;
  const { body } = await world.asDeployer("keyVault", { path });
  const value = textOf(body?.["value"]);
  world.secrets.add(value);
  return value;
}

/** What redeems the token: a client secret, or the name of a certificate. */
export const credentialIn = async (world: World): Promise<string> =>
  await secretIn(world, outputsIn(world).credential.name);

interface Redemption {
  refreshToken?: string;
  /** As its record has it. Default: the current one. */
  credential?: string;
  /** Whether to ask for another refresh token. Default true. */
  isLasting?: boolean;
}

/** Redeems in the same way as the application, at the v2.0 endpoint. @param resource its URI */
export async function redeem(world: World, resource: string, given: Redemption = {}): Promise<Answer> {
  const { cloud, tenantId, secrets } = world;
  const { applicationId, refreshTokenName } = outputsIn(world);
  const { credential = await credentialIn(world), isLasting = true } = given;
  const url = `${cloud.authority}/${tenantId}/oauth2/v2.0/token`;
  const answer = await ask({
    method: "POST",
    url,
    form: {
      grant_type: "refresh_token",
      client_id: applicationId,
      ...(await proofOf(world, credential, url)),
      refresh_token: given.refreshToken ?? (await secretIn(world, refreshTokenName)),
      scope: `${resource}/.default${isLasting ? " offline_access" : ""}`,
    },
  });
  for (const name of ["access_token", "refresh_token", "id_token"]) secrets.add(textOf(answer.body?.[name]));
  return answer;
}

async function proofOf(world: World, credential: string, endpoint: string): Promise<Record<string, string>> {
  const { applicationId: clientId, vaultUri } = outputsIn(world);
  const certificate = certificateIn(credential);
  return certificate === undefined
    ? { client_secret: credential }
    : await assertionOf(world, certificate, { vaultUri, clientId, endpoint });
}

/** The names of the granted scopes: the last part of each, with or without the resource as a prefix. */
export function grantedIn({ body }: Answer): string[] {
  const words = textOf(body?.["scope"]).split(" ");
  const names = words.map((word) => word.split("/").at(-1) ?? "");
  return names.filter((name) => name !== "" && name !== ".default").sort();
}

/** The command's names of the declared resources. */
export const resourcesIn = ({ hasAzureAdGraph }: World): string[] => [
  "partner-center",
  "graph",
  ...(hasAzureAdGraph ? ["aad-graph"] : []),
];

const redemptionAnswer: Check = {
  id: "redemption-answer",
  promise: "A redemption for Partner Center says in scope what was granted, and brings another refresh token.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { status: 200, token_type: "Bearer", granted: ["user_impersonation"], refreshToken: "another" },
  look: async (world) => {
    const before = await secretIn(world, outputsIn(world).refreshTokenName);
    const answer = await redeem(world, world.cloud.partnerCenter, { refreshToken: before });
    const after = textOf(answer.body?.["refresh_token"]);
    return {
      status: answer.status,
      token_type: textOf(answer.body?.["token_type"]),
      granted: grantedIn(answer).filter((name) => !openId.includes(name)),
      refreshToken: after === "" ? "none" : after === before ? "the same" : "another",
    };
  },
};

const redemptionWithoutOfflineAccess: Check = {
  id: "redemption-without-offline-access",
  promise: "A redemption that does not ask for offline_access brings no other refresh token.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { status: 200, refreshToken: "none" },
  look: async (world) => {
    const { status, body } = await redeem(world, world.cloud.partnerCenter, { isLasting: false });
    return { status, refreshToken: textOf(body?.["refresh_token"]) === "" ? "none" : "another" };
  },
};

const partnerCenterToken: Check = {
  id: "partner-center-token",
  promise: "Partner Center's access token is one of version 1.0 whose claim amr names multi-factor authentication.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: ({ cloud }) => ({ ver: "1.0", aud: cloud.partnerCenter, mfa: true, scp: "user_impersonation" }),
  look: async (world) => {
    const { body } = await redeem(world, world.cloud.partnerCenter);
    const { ver, aud, amr, scp } = claimsIn(textOf(body?.["access_token"]));
    return { ver: textOf(ver), aud: textOf(aud), mfa: Array.isArray(amr) && amr.includes("mfa"), scp: textOf(scp) };
  },
};

const oldRefreshTokenStaysValid: Check = {
  id: "old-refresh-token-stays-valid",
  promise: "A refresh token that was redeemed once can be redeemed again: the new one does not end it.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: [200, 200],
  look: async (world) => {
    const refreshToken = await secretIn(world, outputsIn(world).refreshTokenName);
    const first = await redeem(world, world.cloud.partnerCenter, { refreshToken });
    const second = await redeem(world, world.cloud.partnerCenter, { refreshToken });
    return [first.status, second.status];
  },
};

const undeclaredResource: Check = {
  id: "undeclared-resource",
  promise: "For Azure Resource Manager, which the model's own permissions leave out, Entra answers AADSTS65001.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: { status: 400, error: "invalid_grant", codes: [65001] },
  look: async (world) => entraRefusal(await redeem(world, world.cloud.resourceManager)),
};

const wrongClientSecret: Check = {
  id: "wrong-client-secret",
  promise: "A wrong client secret is refused with AADSTS7000215, also of an application that has a certificate.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: { status: 401, error: "invalid_client", codes: [7000215] },
  look: async (world) => entraRefusal(await redeem(world, world.cloud.partnerCenter, { credential: "wrong" })),
};

const tokensForEveryResource: Check = {
  id: "tokens-for-every-resource",
  promise:
    "The command redeems the stored token for Partner Center, Microsoft Graph and, where the tenant has it, Azure AD Graph.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: (world) => Object.fromEntries(resourcesIn(world).map((resource) => [resource, 0])),
  look: async (world) => {
    const codes: Record<string, Json> = {};
    for (const resource of resourcesIn(world)) {
      const { code } = await world.deployment.command("token", resource, ...vaultOf(world));
      codes[resource] = code;
    }
    return codes;
  },
};

export const tokenChecks: readonly Check[] = [
  redemptionAnswer,
  redemptionWithoutOfflineAccess,
  partnerCenterToken,
  oldRefreshTokenStaysValid,
  undeclaredResource,
  wrongClientSecret,
  tokensForEveryResource,
];

/** Scopes that Entra adds to those of a resource. */
const openId = ["email", "offline_access", "openid", "profile"];
