/** The shape of a stack's settings, ranges and defaults included. Which of them go together: combinations.ts. */
import * as v from "valibot";
import { cloudNames } from "./clouds";
import { endpointsSchema } from "./endpoints";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/iu;
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4OrCidr = new RegExp(`^(${octet}\\.){3}${octet}(/([0-9]|[12][0-9]|3[0-2]))?$`, "u");
const label = v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/u));
const objectId = v.pipe(v.string(), v.regex(guid));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
/** In UTC and written as Entra answers it, so that the provider sees no difference. */
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/u),
  v.check((text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text.slice(0, 10)),
);
const twoYears = 2 * 366 * 24 * 3600 * 1000;
const futureInstant = v.pipe(
  instant,
  v.check((text) => Date.parse(text) > Date.now() && Date.parse(text) < Date.now() + twoYears),
);

/** Exported for its keys: every one has a rule, and the tests hold that. */
export const settingsSchema = v.strictObject({
  cloud: v.picklist(cloudNames),
  endpoints: v.exactOptional(endpointsSchema),
  tenantId: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((text) => guid.test(text) || domain.test(text)),
    ),
  ),
  displayName: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))),
  existingApplication: v.exactOptional(objectId),
  changeSignInAudience: v.optional(v.boolean(), false),
  configurePreconsent: v.optional(v.boolean(), false),
  owners: v.exactOptional(v.pipe(v.array(objectId), v.minLength(1))),
  azureManagement: v.optional(v.boolean(), false),
  delegatedGraph: v.optional(v.boolean(), false),
  clientSecret: v.optional(
    v.pipe(
      v.strictObject({
        label: v.optional(label, "initial"),
        endDate: v.exactOptional(futureInstant),
        previous: v.exactOptional(v.strictObject({ label, endDate: v.exactOptional(instant) })),
        vaultSecretName: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,127}$/iu))),
      }),
      v.forward(
        v.partialCheck([["label"], ["previous"]], (secret) => secret.previous?.label !== secret.label),
        ["previous", "label"],
      ),
    ),
    {},
  ),
  vault: v.strictObject({
    name: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/iu))),
    resourceGroupName: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w.()-]{0,89}[\w()-]$/u))),
    location: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9 ]*$/iu))),
    retentionDays: v.optional(whole(7, 90), 90),
    protect: v.optional(v.boolean(), true),
    networkRules: v.exactOptional(v.strictObject({ ipRules: v.array(v.pipe(v.string(), v.regex(ipv4OrCidr))) })),
    readers: v.optional(
      v.array(
        v.strictObject({ principalId: objectId, principalType: v.picklist(["User", "Group", "ServicePrincipal"]) }),
      ),
      [],
    ),
    uri: v.exactOptional(v.pipe(v.string(), v.regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/iu))),
  }),
  consent: v.pipe(
    v.strictObject({
      mode: v.optional(v.picklist(["auto", "interactive", "never"]), "auto"),
      account: v.exactOptional(v.pipe(v.string(), v.email())),
      deadlineMinutes: v.optional(whole(1, 60), 10),
      warnBeforeDays: v.optional(whole(1, 89), 30),
      port: v.optional(whole(1024, 65535), 8400),
    }),
    v.forward(
      v.partialCheck([["mode"], ["account"]], (consent) => consent.mode === "never" || consent.account !== undefined),
      ["account"],
    ),
  ),
});

/** All settings there are, each by itself. */
export type AnySettings = v.InferOutput<typeof settingsSchema>;
