/** The settings of the application's credential, a client secret or a certificate, and of its rotation. */
import * as v from "valibot";
import { now } from "../startup/clock";
import { object, oneOf, optional, optionalText, required, text, wholeNumber, withDefault } from "./kinds";
import * as limits from "./limits";

/** In UTC and in Entra's format, so that the provider finds no difference. */
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/u),
  v.check((at) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString().slice(0, 10) === at.slice(0, 10)),
);
const latest = limits.clientSecretDays * 24 * 3600 * 1000;
const futureInstant = v.pipe(
  instant,
  v.check((at) => Date.parse(at) > now() && Date.parse(at) < now() + latest),
);
const time = "a UTC time like 2027-05-01T00:00:00Z";

const label = (about: string, example: string) =>
  text(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/u, {
    about,
    allowed: "1 to 32 lower-case letters, digits or dashes, no dash first or last",
    example,
  });

const previous = object(
  "The credential being replaced: it stays valid until you remove this setting; with a calendar it is not needed.",
  {
    kind: required(oneOf("What it is.", limits.credentialKinds)),
    label: required(label("Its label, unique among its kind.", "2026-autumn")),
    endDate: optionalText(instant, {
      about: "Its end date; only for a client secret.",
      allowed: time,
      example: "<UTC time>",
      absent: "it has none",
    }),
  },
);

const calendarDay = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/u),
  v.check((at) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString().slice(0, 10) === at),
);
const { least: mostOften, most: leastOften } = limits.rotateEveryDays;
const rotateEvery = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{1,2}d$/u),
  v.check((every) => {
    const days = Number.parseInt(every, 10);
    return days >= mostOften && days <= leastOften;
  }),
);

export const credential = object(
  "The application's credential.",
  {
    kind: withDefault(
      oneOf(
        "A client secret; or (recommended) a certificate that the vault creates: its key never leaves the vault.",
        limits.credentialKinds,
      ),
      "secret",
    ),
    label: withDefault(
      label(
        "Its label; in Entra the description of a client secret. A change creates another credential.",
        "2027-spring",
      ),
      limits.firstLabel,
    ),
    endDate: optionalText(futureInstant, {
      about: "When it ends; only for a client secret.",
      allowed: `${time}, in the future and at most 2 years away`,
      example: "<UTC time>",
      absent: "Entra's own two years",
    }),
    validityMonths: wholeNumber(
      "How long a new certificate is valid; an existing one does not change. Not with a calendar, which sets it.",
      limits.certificateMonths,
    ),
    previous: optional(previous),
    vaultSecretName: optionalText(/^[0-9a-z-]{1,127}$/iu, {
      about: "An existing vault secret with the client secret; only with `existingApplication` and `vault.uri`.",
      allowed: "1 to 127 letters, digits or dashes",
      example: "partner-client-secret",
      absent: "a new credential",
    }),
    rotateEvery: optionalText(rotateEvery, {
      about:
        "How often to rotate by the calendar: the next `pulumi up` after that time creates a new one, and switches all tokens of the vault to it.",
      allowed: `days, from ${mostOften}d to ${leastOften}d`,
      example: "90d",
      absent: "by hand, with another label",
    }),
    firstDay: optionalText(calendarDay, {
      about: "The first day (UTC) of the calendar; required with `credential.rotateEvery`. The label stays until then.",
      allowed: "a day like 2027-01-01",
      example: "2027-01-01",
      absent: "none",
    }),
    overdueDays: wholeNumber("How long a rotation may be due before `drift` fails.", limits.overdueDays),
  },
  ["vaultSecretName"],
);
