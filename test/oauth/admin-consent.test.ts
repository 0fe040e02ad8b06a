import { clouds } from "../../lib/config/clouds";
import { checkAdminConsent, requestAdminConsent } from "../../lib/oauth/admin-consent";
import { failureOf } from "./failure";

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
const about = { tenantId, clientId: "the-client", redirectUri: "http://localhost:8400/consent" };

test.each(Object.values(clouds))(
  "the address of $name is at its own authority, with nothing but what it takes",
  (cloud) => {
    const { url, state } = requestAdminConsent(cloud, about);
    const { origin, pathname, searchParams } = new URL(url);
    expect([`${origin}${pathname}`, Object.fromEntries(searchParams)]).toEqual([
      `${cloud.authority}/${tenantId}/adminconsent`,
      { client_id: "the-client", redirect_uri: "http://localhost:8400/consent", state },
    ]);
    expect(requestAdminConsent(cloud, about).state).not.toBe(state);
  },
);

const request = requestAdminConsent(clouds.AzureCloud, about);
const check = (parameters: Record<string, string>) =>
  failureOf(
    Promise.resolve().then(() => {
      checkAdminConsent(request, tenantId, new URLSearchParams({ state: request.state, ...parameters }));
    }),
  );

test("only a consent of this request, for this tenant, counts", async () => {
  expect(await check({ admin_consent: "True", tenant: tenantId.toUpperCase() })).toEqual({
    message: "It did not fail.",
  });
  expect(await check({ admin_consent: "True", tenant: tenantId, state: "another" })).toMatchObject({
    code: "sign-in-state",
  });
  expect(await check({ admin_consent: "True", tenant: "another" })).toMatchObject({ code: "admin-consent-answer" });
  expect(await check({ tenant: tenantId })).toMatchObject({ code: "admin-consent-answer" });
});

test("a refusal is Entra's, with or without a number", async () => {
  // Entra's refusals contain admin_consent=True as well.
  const beside = { admin_consent: "True", error: "access_denied" };
  expect(await check({ ...beside, error_description: "AADSTS90094: An admin has to." })).toMatchObject({
    name: "EntraError",
    remedy: "admin-consent",
    aadsts: 90094,
  });
  expect(await check({ ...beside, error_subcode: "cancel" })).toMatchObject({
    ...{ name: "EntraError", remedy: "admin-consent" },
    message: expect.stringContaining('as after "Need admin approval"') as string,
  });
  const canceled = { error: "permission_denied", error_description: "The admin canceled the request" };
  expect(await check(canceled)).toMatchObject({
    name: "EntraError",
    remedy: "admin-consent",
    message: expect.stringMatching(
      /^The administrator's consent was refused\. Entra says: The admin canceled the request\. .*consent --as-administrator/u,
    ) as string,
  });
});
