/** A certificate's policy: the properties that a request may set, and Key Vault's defaults for the rest. */
import * as v from "valibot";
import type { CertificatePolicy } from "../context";
import { strictObject } from "../strict-json";
import { keyUsages } from "./certificate-issuing";
import { distinguishedName } from "./distinguished-name";
import { badParameter } from "./errors";

/** Source: "About Azure Key Vault certificates" and the portal's limits. */
const mostMonths = 1200;
/** How many days before the end a trigger may be, for each month of validity (published specification). */
const triggerDaysPerMonth = 27;

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const texts = v.nullish(v.array(v.string()));
const objectId = v.pipe(v.string(), v.regex(/^[0-2](?:\.\d+)+$/));

const trigger = v.pipe(
  strictObject({
    lifetime_percentage: v.nullish(whole(1, 99)),
    days_before_expiry: v.nullish(whole(1, mostMonths * triggerDaysPerMonth)),
  }),
  v.check(
    ({ lifetime_percentage: percentage, days_before_expiry: days }) =>
      (typeof percentage === "number") !== (typeof days === "number"),
    "either lifetime_percentage or days_before_expiry",
  ),
);

/** Self-signed certificates with RSA keys are served; `otherPolicy` finds what else Key Vault accepts. */
export const policyValues = strictObject({
  /** Sent back by clients that read the policy. */
  id: v.nullish(v.string()),
  key_props: v.nullish(
    strictObject({
      exportable: v.nullish(v.boolean()),
      kty: v.nullish(v.picklist(["RSA", "RSA-HSM", "EC", "EC-HSM"])),
      key_size: v.nullish(v.picklist([2048, 3072, 4096])),
      reuse_key: v.nullish(v.boolean()),
      crv: v.nullish(v.string()),
    }),
  ),
  secret_props: v.nullish(
    strictObject({ contentType: v.nullish(v.picklist(["application/x-pkcs12", "application/x-pem-file"])) }),
  ),
  x509_props: v.nullish(
    strictObject({
      subject: v.nullish(
        v.pipe(
          v.string(),
          v.check((text) => text === "" || distinguishedName(text) !== undefined, "no X.500 distinguished name"),
        ),
      ),
      sans: v.nullish(strictObject({ dns_names: texts, emails: texts, upns: texts, ips: texts, uris: texts })),
      ekus: v.nullish(v.array(objectId)),
      key_usage: v.nullish(v.array(v.picklist(Object.keys(keyUsages)))),
      validity_months: v.nullish(whole(1, mostMonths)),
      basic_constraints: v.nullish(strictObject({ ca: v.nullish(v.boolean()) })),
    }),
  ),
  lifetime_actions: v.nullish(
    v.array(
      strictObject({
        trigger,
        action: strictObject({ action_type: v.picklist(["EmailContacts", "AutoRenew"]) }),
      }),
    ),
  ),
  issuer: v.nullish(
    strictObject({
      name: v.nullish(v.string()),
      cty: v.nullish(v.string()),
      cert_transparency: v.nullish(v.boolean()),
    }),
  ),
  attributes: v.nullish(
    strictObject({
      enabled: v.nullish(v.boolean()),
      created: v.nullish(v.number()),
      updated: v.nullish(v.number()),
    }),
  ),
});

export type PolicyValues = v.InferOutput<typeof policyValues>;

/** The part of a policy that Key Vault accepts and the emulator does not; undefined when there is none. */
export function otherPolicy({ key_props: key, x509_props: x509, issuer }: PolicyValues): string | undefined {
  const { kty = "RSA", crv } = key ?? {};
  if ((kty !== null && kty !== "RSA") || typeof crv === "string") return `a key of type ${kty ?? "EC"}`;
  // Without an issuer a person merges the certificate from a certificate authority.
  if (issuer?.name !== "Self") return `the issuer ${issuer?.name ?? "Unknown"}`;
  if (typeof issuer.cty === "string" || typeof issuer.cert_transparency === "boolean")
    return "cty and cert_transparency";
  if (x509?.basic_constraints?.ca === true) return "a certificate authority";
  if ((x509?.sans?.ips ?? []).length + (x509?.sans?.uris ?? []).length > 0) return "sans.ips and sans.uris";
  return undefined;
}

/**
 * The defaults are from recordings of the vendor's client. @param now seconds since the epoch
 * @throws VaultError for one without a subject, and for a trigger before the beginning of the validity
 */
export function completePolicy(values: PolicyValues, now: number): CertificatePolicy {
  const { key_props: key, secret_props: secret, x509_props: x509, lifetime_actions: actions, attributes } = values;
  const { sans } = x509 ?? {};
  const policy: CertificatePolicy = {
    key_props: {
      exportable: key?.exportable ?? true,
      kty: "RSA",
      key_size: key?.key_size ?? 2048,
      reuse_key: key?.reuse_key ?? false,
    },
    secret_props: { contentType: secret?.contentType ?? "application/x-pkcs12" },
    x509_props: {
      subject: x509?.subject ?? "",
      sans: Object.fromEntries(Object.entries(sans ?? {}).filter(([, names]) => names !== null && names !== undefined)),
      ekus: x509?.ekus ?? ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
      key_usage: x509?.key_usage ?? ["digitalSignature", "keyEncipherment"],
      validity_months: x509?.validity_months ?? 12,
      basic_constraints: { ca: false },
    },
    lifetime_actions: (actions ?? []).length > 0 ? (actions ?? []).map(actionOf) : [defaultAction],
    issuer: { name: "Self" },
    attributes: { enabled: attributes?.enabled ?? true, created: now, updated: now },
  };
  checkWhole(policy);
  return policy;
}

/** Recorded: without an action the certificate is renewed. */
const defaultAction = {
  trigger: { lifetime_percentage: 80 },
  action: { action_type: "AutoRenew" },
} as const;

function actionOf({ trigger: given, action }: NonNullable<PolicyValues["lifetime_actions"]>[number]) {
  const { lifetime_percentage: percentage, days_before_expiry: days } = given;
  return {
    trigger: {
      ...(typeof percentage === "number" && { lifetime_percentage: percentage }),
      ...(typeof days === "number" && { days_before_expiry: days }),
    },
    action,
  };
}

/** The policy with a request's changes: each group of properties separately, lists as a whole. */
export function changedPolicy(policy: CertificatePolicy, change: PolicyValues, now: number): CertificatePolicy {
  const merged = completePolicy(
    {
      key_props: { ...policy.key_props, ...change.key_props },
      secret_props: { ...policy.secret_props, ...change.secret_props },
      x509_props: { ...policy.x509_props, ...change.x509_props },
      lifetime_actions: change.lifetime_actions ?? policy.lifetime_actions,
      attributes: { enabled: change.attributes?.enabled ?? policy.attributes.enabled },
    },
    now,
  );
  return { ...merged, attributes: { ...merged.attributes, created: policy.attributes.created } };
}

function checkWhole({
  x509_props: { subject, sans, validity_months: months },
  lifetime_actions: actions,
}: CertificatePolicy): void {
  if (subject === "" && Object.values(sans).flat().length === 0) {
    throw badParameter("Property policy.x509_props has invalid value: a subject or an alternative name expected");
  }
  const most = months * triggerDaysPerMonth;
  if (actions.some(({ trigger: { days_before_expiry: days } }) => days !== undefined && days > most)) {
    throw badParameter(
      `Property policy.lifetime_actions has invalid value: days_before_expiry is at most ${most} for ${months} months`,
    );
  }
}
