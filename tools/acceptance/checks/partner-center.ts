/** Partner Center, with the service account's token. */
import { fieldsOf, textOf } from "../answers";
import type { Check } from "../check";
import { type Answer, ask } from "../http";
import type { World } from "../world";
import { redeem } from "./tokens";

/** The first page of the partner's customers, as the service account. */
export async function customersPage(
  world: World,
  { size = 1, headers = {} }: { size?: number; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body } = await redeem(world, world.cloud.partnerCenter);
  const Authorization = `Bearer ${textOf(body?.["access_token"])}`;
  const url = `${world.cloud.partnerCenter}/v1/customers?size=${size}`;
  return await ask({ url, headers: { Authorization, ...headers } });
}

const partnerCenterMfaHeader: Check = {
  id: "partner-center-mfa-header",
  promise: "Partner Center answers a request with ValidateMfa in the response header isMfaCompliant.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md", "lib/partner-center/mfa.ts"],
  expected: { status: 200, isMfaCompliant: "true" },
  look: async (world) => {
    const { status, headers } = await customersPage(world, { headers: { ValidateMfa: "true" } });
    return { status, isMfaCompliant: (headers["ismfacompliant"] ?? "not there").toLowerCase() };
  },
};

const partnerCenterAccess: Check = {
  id: "partner-center-access",
  promise:
    "Partner Center lists the customers of a partner with access to its API; an indirect reseller it refuses with 403, code 1002.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md", "lib/partner-center/errors.ts"],
  expected: { isDocumented: true },
  look: async (world) => {
    const { status, body } = await customersPage(world);
    const isDocumented = status === 200 || (status === 403 && Number(body?.["code"]) === 1002);
    return isDocumented ? { isDocumented } : { isDocumented, status, code: String(body?.["code"]) };
  },
};

const partnerCenterNextPage: Check = {
  id: "partner-center-next-page",
  promise: "A page of customers names the next one in its body, by links.next with a header MS-ContinuationToken.",
  needs: ["deployment", "two customers"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { status: 200, next: ["MS-ContinuationToken"] },
  look: async (world) => {
    const { status, body } = await customersPage(world);
    const next = fieldsOf(fieldsOf(body?.["links"])["next"]);
    const headers = Array.isArray(next["headers"]) ? next["headers"].map((one) => textOf(fieldsOf(one)["key"])) : [];
    return { status, next: headers };
  },
};

export const partnerCenterChecks: readonly Check[] = [
  partnerCenterAccess,
  partnerCenterMfaHeader,
  partnerCenterNextPage,
];
