/** A certificate's policy: that of this program is served, and Key Vault's rules hold for what may differ in it. */
import * as v from "valibot";
import type { CertificatePolicy } from "../context";
import { strictObject } from "../strict-json";
import { badParameter } from "./errors";

/** Source: "About Azure Key Vault certificates" and the portal's limits. */
const mostMonths = 1200;

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const anything = v.optional(v.unknown());

/** Every property that Key Vault has. `otherPolicy` finds the values and properties that are not served here. */
export const policyValues = strictObject({
  id: anything,
  key_props: v.nullish(
    strictObject({
      ...{ exportable: anything, kty: anything, reuse_key: anything, crv: anything },
      key_size: v.nullish(v.picklist([2048, 3072, 4096])),
    }),
  ),
  secret_props: v.nullish(strictObject({ contentType: anything })),
  x509_props: v.nullish(
    strictObject({
      ...{ sans: anything, ekus: anything, key_usage: anything, basic_constraints: anything },
      subject: v.nullish(
        v.pipe(
          v.string(),
          v.check((text) => /^\s*[A-Za-z]+\s*=.+$/u.test(text), "no X.500 distinguished name"),
        ),
      ),
      validity_months: v.nullish(whole(1, mostMonths)),
    }),
  ),
  lifetime_actions: v.nullish(
    v.array(
      strictObject({
        trigger: strictObject({ lifetime_percentage: v.nullish(whole(1, 99)), days_before_expiry: anything }),
        action: anything,
      }),
    ),
  ),
  issuer: v.nullish(strictObject({ name: anything, cty: anything, cert_transparency: anything })),
  attributes: anything,
});

export type PolicyValues = v.InferOutput<typeof policyValues>;

/** What is served, beside any common name, number of months and percentage of the lifetime. */
const served: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  key_props: { kty: "RSA", key_size: 2048, exportable: false, reuse_key: false },
  secret_props: { contentType: "application/x-pkcs12" },
  x509_props: { key_usage: ["digitalSignature"], ekus: ["1.3.6.1.5.5.7.3.2"] },
  issuer: { name: "Self" },
};

const free = ["x509_props.subject", "x509_props.validity_months"];

/** Clients send an empty object in the place of no alternative names. */
const isAbsent = (value: unknown): boolean => JSON.stringify(value ?? {}) === "{}";

/** The part of a policy that Key Vault accepts and the emulator does not; undefined when there is none. */
export function otherPolicy(policy: PolicyValues): string | undefined {
  const { x509_props: x509, lifetime_actions: actions, id, attributes } = policy;
  if (!isAbsent(id) || !isAbsent(attributes)) return "policy.id and policy.attributes";
  const given: Readonly<Record<string, unknown>> = policy;
  const valueOf = (group: string, name: string): unknown => (given[group] as Record<string, unknown> | null)?.[name];
  const names = Object.keys(served).flatMap((group) =>
    Object.keys({ ...served[group], ...(given[group] as object) }).map((name) => [group, name] as const),
  );
  const other = names.find(
    ([group, name]) =>
      !free.includes(`${group}.${name}`) &&
      !(isAbsent(valueOf(group, name)) && isAbsent(served[group]?.[name])) &&
      JSON.stringify(valueOf(group, name)) !== JSON.stringify(served[group]?.[name]),
  );
  if (other !== undefined) return `such a policy.${other.join(".")}`;
  if (typeof x509?.subject === "string" && !/^CN=[^,"\\+;<>=]+$/u.test(x509.subject)) {
    return "such a policy.x509_props.subject";
  }
  const [{ trigger, action } = {}] = actions ?? [];
  const isTold = JSON.stringify(action) === '{"action_type":"EmailContacts"}' && actions?.length === 1;
  const isByLifetime = typeof trigger?.lifetime_percentage === "number" && trigger.days_before_expiry === undefined;
  // Without an action Key Vault renews, under a new key that no application trusts.
  return isTold && isByLifetime ? undefined : "such policy.lifetime_actions";
}

/** @param now seconds since the epoch @throws VaultError for one without a subject */
export function completePolicy({ x509_props: x509, ...values }: PolicyValues, now: number): CertificatePolicy {
  const { subject, validity_months: months } = x509 ?? {};
  if (typeof subject !== "string") {
    throw badParameter("Property policy.x509_props has invalid value: a subject or an alternative name expected");
  }
  return {
    ...values,
    // Recorded: a year, unless a policy has another validity.
    x509_props: { ...x509, subject, validity_months: months ?? 12, sans: {}, basic_constraints: { ca: false } },
    attributes: { enabled: true, created: now, updated: now },
  };
}
