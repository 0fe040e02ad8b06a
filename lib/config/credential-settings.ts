/** The settings of the application's credential, a client secret or a certificate, and of its rotation. */
import * as v from "valibot";
import { object, oneOf, optionalText, wholeNumber, withDefault } from "./kinds";
import * as limits from "./limits";

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
        "A client secret; or (recommended) a certificate whose key the vault creates and keeps: no state, log or memory has it. Redeeming needs Key Vault Crypto User on the key, which `vault.readers` get.",
        limits.credentialKinds,
      ),
      "secret",
    ),
    validityMonths: wholeNumber(
      "Months for which a new credential is valid, at least two periods of `rotateEvery`.",
      limits.validityMonths,
    ),
    vaultSecretName: optionalText(/^[0-9a-z-]{1,127}$/iu, {
      about: `The existing vault secret with the client secret, marked by the content type \`${limits.clientSecretType}\`; only with \`existingApplication\` and \`vault.uri\`.`,
      allowed: "1 to 127 letters, digits or dashes",
      example: "partner-client-secret",
      absent: "a new credential",
    }),
    rotateEvery: optionalText(rotateEvery, {
      about: "The rotation period: the first `pulumi up` after it makes a new credential, and keeps the previous one.",
      allowed: `days, from ${mostOften}d to ${leastOften}d`,
      example: "90d",
      absent: "by `secure-app-model rotate` alone",
    }),
    overdueDays: wholeNumber("Days for which a rotation may be due before `drift` fails.", limits.overdueDays),
  },
  ["vaultSecretName"],
);
