import { createHash } from "node:crypto";
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../../testing/applications";
import { emulatorForEach, signInFor } from "../../../testing/emulator";
import { grantsOf } from "../../../testing/grants";
import { askForToken, authorizeUrl, claimsOf, codeFor, newProof, redemption, refreshing } from "../../../testing/oauth";
import { openPage } from "../pages";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => (application = registerModestApplication(started)));

const users = () => cloud.seeds.users;
const open = (changes = {}) => openPage(authorizeUrl(cloud, application, changes));
const hashOf = (tag: string, markup: string): string => {
  const content = new RegExp(`<${tag}>([^]*)</${tag}>`, "u").exec(markup)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
};
/** Posts one of the sign-in's forms. */
const post = (name: string, form: Record<string, string | undefined>) => {
  const given = Object.entries(form).map(([key, value]): [string, string] => [key, value ?? ""]);
  return openPage(`${cloud.url}/${cloud.seeds.partner.id}/sign-in/${name}`, Object.fromEntries(given));
};

test("an account with a second factor passes three pages and comes back with code and state", async () => {
  const first = await open({ login_hint: "hint@partner.example" });
  expect(first).toMatchObject({ status: 200, heading: "Sign in", alert: undefined });
  expect(first.text).toContain('value="hint@partner.example"');
  expect(first.text).toContain("Embedded cloud: not Microsoft");
  expect(first.policy).toContain("form-action 'self' http://localhost:8400");
  const { userPrincipalName, password } = users().serviceAccount;
  const { flow } = first;

  const second = await post("password", { flow, username: userPrincipalName, password });
  expect(second).toMatchObject({ status: 200, heading: "Approve sign-in", alert: undefined });
  const third = await post("second-factor", { flow, answer: "approve" });
  expect(third).toMatchObject({ status: 200, heading: "Permissions requested", alert: undefined });
  for (const name of ["User.Read", "user_impersonation", "offline_access"]) {
    expect(third.text).toContain(`<code>${name}</code>`);
  }
  expect(third.text).not.toContain("on behalf of your organization");

  const last = await post("consent", { flow, answer: "accept" });
  const location = new URL(String(last.location));
  expect([last.status, location.origin, location.pathname]).toEqual([302, "http://localhost:8400", "/consent"]);
  expect([...location.searchParams.keys()]).toEqual(["code", "state"]);
  expect(location.searchParams.get("state")).toBe("the-state");
});

test("the style of a page matches its content security policy, so browsers show it", async () => {
  const { markup, policy } = await open();
  expect(policy).toContain(hashOf("style", markup));
});

test("consent grants exactly the declared delegated permissions, and sign-in scopes on Microsoft Graph", async () => {
  await codeFor(cloud, application);
  const own = { type: "Principal", principal: users().serviceAccount.id };
  expect(grantsOf(cloud, application)).toEqual([
    { ...own, resource: "Windows Azure Active Directory", scope: "User.Read" },
    { ...own, resource: "Microsoft Partner Center", scope: "user_impersonation" },
    { ...own, resource: "Microsoft Graph", scope: "openid profile offline_access" },
  ]);
});

test("a second sign-in asks for no consent, prompt=consent does, and cancelling it is AADSTS65004", async () => {
  await codeFor(cloud, application);
  await expect(codeFor(cloud, application, {}, { consent: "cancel" })).resolves.toEqual(expect.any(String));
  const refused = await signInFor(authorizeUrl(cloud, application, { prompt: "consent" }), { consent: "cancel" });
  expect(refused).toEqual({
    error: "access_denied",
    error_subcode: "cancel",
    error_description: expect.stringMatching(/^AADSTS65004: /) as unknown,
    error_uri: expect.stringMatching(/\/error\?code=65004$/u) as unknown,
    state: "the-state",
  });
});

test("a permission declared later waits for prompt=consent", async () => {
  const { requiredResourceAccess } = application.application;
  application.application.requiredResourceAccess = requiredResourceAccess.slice(1);
  await codeFor(cloud, application);
  application.application.requiredResourceAccess = requiredResourceAccess;
  await codeFor(cloud, application, {}, { consent: "cancel" });
  expect(partnerTenant(cloud).grants.size).toBe(2);
  await codeFor(cloud, application, { prompt: "consent" });
  expect(partnerTenant(cloud).grants.size).toBe(3);
});

test("without a second factor there is no second page, and the token says so", async () => {
  const account = users().serviceAccountWithoutMfa;
  const code = await codeFor(cloud, application, {}, { account, secondFactor: "deny" });
  const { body } = await askForToken(cloud, redemption(application, code));
  expect(claimsOf(body["access_token"])).toMatchObject({ amr: ["pwd"], upn: account.userPrincipalName });
});

test.each([
  ["50126: a wrong password", () => ({ username: users().otherAccount.userPrincipalName, password: "wrong" })],
  ["50034: an unknown user", () => ({ username: "nobody@partner.example", password: "any" })],
  ["50057: a disabled account", () => ({ username: "disabled@partner.example", password: "right" })],
])("AADSTS%s is shown on the form, which can be sent again", async (name, credentials) => {
  const disabled = { ...[...partnerTenant(cloud).users.values()][0], id: "disabled", accountEnabled: false };
  partnerTenant(cloud).users.set("disabled", {
    ...disabled,
    userPrincipalName: "disabled@partner.example",
    password: "right",
  } as never);
  const { flow } = await open();
  const again = await post("password", { flow, ...credentials() });
  expect(again).toMatchObject({ status: 200, heading: "Sign in", flow });
  expect(again.alert).toMatch(new RegExp(`^AADSTS${name.split(":")[0] ?? ""}: `));
  const { userPrincipalName: username, password } = users().serviceAccount;
  const right = await post("password", { flow, username, password });
  expect(right).toMatchObject({ heading: "Approve sign-in" });
});

test("AADSTS500121: a denied second factor is asked for again", async () => {
  await expect(codeFor(cloud, application, {}, { secondFactor: "deny" })).rejects.toThrow(/AADSTS500121/);
});

test("AADSTS50089: no step can be skipped, repeated, or taken after fifteen minutes", async () => {
  const { flow } = await open();
  const refused = { status: 400, heading: "Sign-in is not possible" };
  for (const name of ["second-factor", "consent"]) {
    const skipped = await post(name, { flow, answer: "accept" });
    expect(skipped).toMatchObject(refused);
    expect(skipped.alert).toMatch(/^AADSTS50089: /);
  }
  const { userPrincipalName: username, password } = users().serviceAccount;
  await post("password", { flow, username, password });
  const withoutSecondFactor = await post("consent", { flow, answer: "accept" });
  expect(withoutSecondFactor).toMatchObject({ ...refused, location: null });
  cloud.clock.advance(15 * 60 * 1000);
  expect(await post("second-factor", { flow, answer: "approve" })).toMatchObject(refused);
});

test("at /common the account's domain names the tenant", async () => {
  const { code } = await signInFor(authorizeUrl(cloud, application, {}, "/common/oauth2/v2.0/authorize"));
  const redeemed = await askForToken(cloud, redemption(application, code ?? ""), "/common/oauth2/v2.0/token");
  expect(claimsOf(redeemed.body["access_token"])["tid"]).toBe(cloud.seeds.partner.id);
});

test("a loopback redirect URI matches on any port, and only with its path", async () => {
  const elsewhere = await open({ redirect_uri: "http://localhost:51234/consent" });
  expect(elsewhere).toMatchObject({ status: 200, heading: "Sign in" });
  expect(await open({ redirect_uri: "http://localhost.example:8400/consent" })).toMatchObject({ status: 400 });
});

test("the out-of-band URN is sent its code too, as a browser would be", async () => {
  const outOfBand = { ...application, redirectUri: "urn:ietf:wg:oauth:2.0:oob" };
  const { code } = await signInFor(authorizeUrl(cloud, outOfBand));
  expect((await askForToken(cloud, redemption(outOfBand, code ?? ""))).status).toBe(200);
});

test("response_mode fragment hides the code from the listener", async () => {
  const { location } = await open({ response_mode: "fragment", prompt: "none" });
  expect(location).toMatch(/^http:\/\/localhost:8400\/consent#error=login_required&/);
});

describe("response_mode form_post", () => {
  const posted = { response_mode: "form_post" };

  test("posts the code to the application, from a page whose one script its policy names", async () => {
    const answer = await signInFor(authorizeUrl(cloud, application, posted));
    expect(answer).toEqual({ code: expect.any(String) as unknown, state: "the-state" });
    expect((await askForToken(cloud, redemption(application, answer["code"] ?? ""))).status).toBe(200);
    const refused = await open({ ...posted, prompt: "none" });
    expect(refused.markup).toContain("<script>document.forms[0].submit();</script>");
    expect(refused.policy).toContain(`script-src ${hashOf("script", refused.markup)}`);
    expect(refused.policy).toContain("form-action 'self' http://localhost:8400");
    expect(refused.text).toContain('name="error" value="login_required"');
  });

  test("escapes what it repeats", async () => {
    const { text } = await open({ ...posted, prompt: "none", state: '"><script>' });
    expect(text).toContain('name="state" value="&quot;&gt;&lt;script&gt;"');
  });
});

describe("max_age", () => {
  test("asks for auth_time in the id token, which stays that of the sign-in", async () => {
    const signedInAt = Math.floor(cloud.clock.now() / 1000);
    const code = await codeFor(cloud, application, { max_age: "3600" });
    const { body } = await askForToken(cloud, redemption(application, code));
    const { auth_time: first } = claimsOf(body["id_token"]);
    expect(Number(first) - signedInAt).toBeLessThan(60);
    cloud.clock.advance(24 * 60 * 60 * 1000);
    const form = refreshing(application, String(body["refresh_token"]), cloud.origins.partnerCenter);
    const later = await askForToken(cloud, { ...form, scope: `${form["scope"] ?? ""} openid` });
    expect(claimsOf(later.body["id_token"])["auth_time"]).toBe(first);
  });

  test("without it there is no auth_time", async () => {
    const { body } = await askForToken(cloud, redemption(application, await codeFor(cloud, application)));
    expect(claimsOf(body["id_token"])).not.toHaveProperty("auth_time");
  });

  test("a proof that became too old on the consent page has to be given again", async () => {
    const { userPrincipalName: username, password } = users().serviceAccount;
    const { flow } = await open({ max_age: "60" });
    const again = async () => {
      await post("password", { flow, username, password });
      return post("second-factor", { flow, answer: "approve" });
    };
    expect(await again()).toMatchObject({ heading: "Permissions requested" });
    cloud.clock.advance(61_000);
    expect(await post("consent", { flow, answer: "accept" })).toMatchObject({ heading: "Sign in" });
    expect((await again()).location).toMatch(/^http:\/\/localhost:8400\/consent\?code=/);
  });
});

test.each([
  [900941, "access_denied"],
  [53003, "invalid_grant"],
])("a fault at the sign-in goes back to the application, as AADSTS%d of a policy does", async (entra, error) => {
  cloud.faults.add({ service: "authority", path: "*/authorize", entra });
  expect(await signInFor(authorizeUrl(cloud, application))).toEqual({
    error,
    error_description: expect.stringContaining(`AADSTS${entra}: `) as unknown,
    error_uri: `${cloud.url}/error?code=${entra}`,
    state: "the-state",
  });
});

test("nonce and PKCE travel from the request to the tokens", async () => {
  const { verifier, challenge } = newProof();
  const proof = { nonce: "the-nonce", code_challenge: challenge, code_challenge_method: "S256" };
  const code = await codeFor(cloud, application, proof);
  const form = { ...redemption(application, code), code_verifier: verifier, client_info: "1" };
  const { status, body } = await askForToken(cloud, form);
  expect([status, body["token_type"], body["scope"]]).toEqual([
    200,
    "Bearer",
    `${cloud.origins.partnerCenter}/user_impersonation ${cloud.origins.partnerCenter}/.default`,
  ]);
  const { serviceAccount } = users();
  expect(claimsOf(body["id_token"])).toMatchObject({
    aud: application.clientId,
    iss: `${cloud.url}/${cloud.seeds.partner.id}/v2.0`,
    nonce: "the-nonce",
    oid: serviceAccount.id,
    preferred_username: serviceAccount.userPrincipalName,
    tid: cloud.seeds.partner.id,
  });
  expect(claimsOf(body["access_token"])).toMatchObject({
    aud: cloud.origins.partnerCenter,
    amr: ["pwd", "mfa"],
    idtyp: "user",
    scp: "user_impersonation",
    oid: serviceAccount.id,
    unique_name: serviceAccount.userPrincipalName,
  });
  const tokens = cloud.clouds.get("AzureCloud")?.tokens;
  // Signed with the same key, but no access token.
  expect(await tokens?.verify(`Bearer ${String(body["id_token"])}`, application.clientId)).toBeUndefined();
  expect(JSON.parse(Buffer.from(String(body["client_info"]), "base64url").toString())).toEqual({
    uid: serviceAccount.id,
    utid: cloud.seeds.partner.id,
  });
});
