import { messageOf } from "../../lib/errors/text";
import { aadsts, entraError, fixes, type Remedy } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { partsOf } from "./failure";

/** The numbers that users of this model get, and the kind of fix for each. */
const remedies: Record<Remedy, number[]> = {
  cloud: [90038, 900382, 900432],
  tenant: [90002, 900023, 700005, 700016, 50194],
  consent: [50074, 50076, 50078, 50079, 50158, 500121, 70043, 700082, 70008, 50173, 70000, 65004],
  permission: [65001, 650056, 650057, 500011],
  "customer-consent": [90099],
  secret: [7000215, 7000222],
  registration: [65005, 7000218, 700025, 9002327, 50011, 900971],
  account: [50020, 50034, 50053, 50055, 50057, 50126],
  "admin-consent": [90093, 90094, 900941, 900981],
  administrator: [650052, 7000112, 50105, 53000, 53001, 53002, 53003, 530003, 530034, 530035],
  vault: [700007],
  credential: [70021, 700211, 700212, 700213, 700024, 700027, 7000272, 50166, 7000229],
  passing: [50033, 50196, 90006, 90024, 90033, 90041],
  restart: [54005, 501481],
  defect: [900144, 9002313],
};

test("the catalogue holds every number with the step that helps, and no other", () => {
  const expected = Object.entries(remedies).flatMap(([remedy, codes]) => codes.map((code) => [String(code), remedy]));
  const found = Object.entries(aadsts).map(([code, { remedy }]) => [code, remedy]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

const all = [aadsts, customerCodes].flatMap((one) => Object.values(one));

test("every number has words that start no sentence and end none, and says why in whole sentences, and what to do", () => {
  for (const { meaning, why, fixes } of all) {
    expect(meaning).toMatch(/^(?!Conditional)[a-z].{10,}[^.]$|^a Conditional/u);
    expect(why).toMatch(/^[A-Z].{15,}\.$/u);
    expect(messageOf({ what: "", fixes })).toMatch(/^[A-Z].{15,}/u);
  }
});

const traces =
  "Trace ID: 11111111-aaaa-4bbb-8ccc-000000000001 Correlation ID: 11111111-aaaa-4bbb-8ccc-000000000002 Timestamp: 2026-11-24 10:00:00Z";

test.each([" ", "\r\n", "\n"])("the error says meaning and Entra's words, without trace ids after %j", (separator) => {
  const words = "AADSTS7000222: The provided client secret keys for app 'x' are expired.";
  const error = entraError("Redeeming the refresh token", "invalid_client", `${words}${separator}${traces}`);
  expect(partsOf(error)).toEqual({
    name: "EntraError",
    error: "invalid_client",
    code: "entra-secret",
    aadsts: 7000222,
    remedy: "secret",
    message: `Redeeming the refresh token was refused: the client secret has expired. Entra says: ${words} ${messageOf({ what: "", fixes: aadsts[7000222]?.fixes ?? [] })}`,
  });
});

test("what happened, why, and what helps are apart, the commands with their arguments", () => {
  const { what, why, fixes: found } = entraError("The sign-in", "invalid_client", "AADSTS7000222: Expired");
  expect({ what, why, found }).toEqual({
    what: "The sign-in was refused: the client secret has expired.",
    why: "Entra says: AADSTS7000222: Expired.",
    found: [
      {
        text: "Rotate it",
        commands: [{ program: "secure-app-model", args: ["rotate", "--stack", "<stack>"] }],
      },
    ],
  });
});

test.each<[string, Remedy]>([
  ["invalid_client", "secret"],
  ["unauthorized_client", "registration"],
  ["invalid_grant", "consent"],
  ["interaction_required", "consent"],
  ["consent_required", "permission"],
  ["access_denied", "consent"],
  ["invalid_resource", "permission"],
  ["invalid_request", "defect"],
  ["server_error", "passing"],
  ["temporarily_unavailable", "passing"],
])("a number this catalogue does not know is judged by OAuth's %s", (error, remedy) => {
  const found = entraError("The sign-in", error, `AADSTS999999: Something new. ${traces}`);
  const happened = remedy === "passing" ? "failed by a fault of Entra's that passes by itself" : "was refused";
  expect(partsOf(found)).toEqual({
    name: "EntraError",
    error,
    code: `entra-${remedy}`,
    aadsts: 999999,
    remedy,
    message: `The sign-in ${happened}. Entra says: AADSTS999999: Something new. ${messageOf({ what: "", fixes: fixes[remedy] })}`,
  });
});

test("the number decides when it is known, whatever OAuth's error says", () => {
  expect(entraError("x", "invalid_grant", "AADSTS700082: expired").remedy).toBe("consent");
  expect(entraError("x", "invalid_grant", "AADSTS65001: not consented").remedy).toBe("permission");
  expect(entraError("x", "unauthorized_client", "AADSTS700016: not found").remedy).toBe("tenant");
});

test("what MSAL writes before Entra's words is dropped", () => {
  const description = "Error(s): 54005 - Timestamp: 2026-11-24 10:00:00Z - Description: AADSTS54005: Already redeemed.";
  expect(entraError("x", "invalid_grant", `${description} ${traces}`).message).toBe(
    `x was refused: the authorization code was used already. Entra says: AADSTS54005: Already redeemed. ${messageOf({ what: "", fixes: aadsts[54005]?.fixes ?? [] })}`,
  );
});

test("a refusal without a description contains OAuth's error", () => {
  const error = entraError("The sign-in", "access_denied", "");
  expect([error.message, error.aadsts, error.remedy]).toEqual([
    `The sign-in was refused. Entra says: access_denied. ${messageOf({ what: "", fixes: fixes.consent })}`,
    undefined,
    "consent",
  ]);
});
