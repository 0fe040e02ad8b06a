import { isOurs, tokenTags } from "../../lib/consent/tags";
import { refreshTokenNameOf } from "../../lib/consent/target";
import { tags, target } from "./fixtures";

test("tags count when all of them are there; others beside them do not matter", () => {
  expect(tokenTags({ ...tags, "cost-center": "7" })).toEqual({ ...tags, "cost-center": "7" });
  for (const missing of Object.keys(tags)) {
    expect(tokenTags(Object.fromEntries(Object.entries(tags).filter(([name]) => name !== missing)))).toBeUndefined();
  }
});

test("ours is what was stored for this application, tenant and cloud", () => {
  expect(isOurs(target, { ...tags, account: "x", "client-secret": "x", stack: "x" })).toBe(true);
  for (const name of ["application", "tenant", "cloud"]) expect(isOurs(target, { ...tags, [name]: "x" })).toBe(false);
  expect(isOurs(target, {})).toBe(false);
});

test("the secret is named by the tenant it was consented in", () => {
  expect(refreshTokenNameOf("aaaaaaaa-1111-4222-8333-444444444444")).toBe(
    "refresh-token-aaaaaaaa-1111-4222-8333-444444444444",
  );
});
