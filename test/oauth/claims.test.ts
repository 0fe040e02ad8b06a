import { claimsOf } from "../../lib/oauth/claims";
import { jwt } from "./fake-entra";

test("the claims of a token are read, names beyond ASCII too", () => {
  const claims = {
    aud: "https://api.partnercenter.microsoft.com",
    tid: "t",
    oid: "o",
    upn: "jürgen@partner.example",
    amr: ["pwd", "mfa"],
  };
  expect(claimsOf(jwt(claims))).toEqual(claims);
});

test.each(["", "opaque-canary", "a.canary.b", `x.${Buffer.from("canary").toString("base64url")}.y`])(
  "what is no JWT is refused without being quoted: %j",
  (token) => {
    expect(() => claimsOf(token)).toThrow(
      "Entra returned an access token that is not a JWT, so the account and its sign-in cannot be checked. " +
        "Please report this, with the words above and what this prints: secure-app-model doctor",
    );
  },
);
