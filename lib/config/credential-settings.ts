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
  "The credential being rotated out: it stays valid until you remove this setting, or the calendar does without it.",
  {
    kind: required(oneOf("What it is.", limits.credentialKinds)),
    label: required(label("The label it was made with, which no other of its kind has.", "2026-autumn")),
    endDate: optionalText(instant, {
      about: "The end date it was made with; of a client secret alone.",
      allowed: time,
      example: "<UTC time>",
      absent: "it was made without one",
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
  "What the application proves itself with.",
  {
    kind: withDefault(
      oneOf(
        "A client secret; or a certificate that the vault makes and signs with: its key never leaves the vault, and no other program has it. The certificate is recommended.",
        limits.credentialKinds,
      ),
      "secret",
    ),
    label: withDefault(
      label("A client secret's is its description in Entra. Another label makes another credential.", "2027-spring"),
      limits.firstLabel,
    ),
    endDate: optionalText(futureInstant, {
      about: "When it ends; of a client secret alone.",
      allowed: `${time}, in the future and at most 2 years away`,
      example: "<UTC time>",
      absent: "Entra's own two years",
    }),
    validityMonths: wholeNumber(
      "How long a new certificate is valid, from its creation; one that is there stays as it is. By the calendar it follows from that.",
      limits.certificateMonths,
    ),
    previous: optional(previous),
    vaultSecretName: optionalText(/^[0-9a-z-]{1,127}$/iu, {
      about: "The vault secret that holds a client secret already; only with `existingApplication` and `vault.uri`.",
      allowed: "1 to 127 letters, digits or dashes",
      example: "partner-client-secret",
      absent: "a credential is made",
    }),
    rotateEvery: optionalText(rotateEvery, {
      about:
        "How often, by the calendar: the next `pulumi up` after a turn makes a new one, and publishes all tokens of the vault with it.",
      allowed: `days, from ${mostOften}d to ${leastOften}d`,
      example: "90d",
      absent: "by hand, with another label",
    }),
    firstDay: optionalText(calendarDay, {
      about:
        "The day in UTC that the first period begins; required with `credential.rotateEvery`. The label stays until then.",
      allowed: "a day like 2027-01-01",
      example: "2027-01-01",
      absent: "none",
    }),
    overdueDays: wholeNumber("How long a rotation may be due before `drift` fails for it.", limits.overdueDays),
  },
  ["vaultSecretName"],
);
