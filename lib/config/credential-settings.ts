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
        "A client secret; or (recommended) a certificate that the vault creates, whose key never leaves it: no state, log or memory has a credential. Redeeming takes Key Vault Crypto User on the key, which `vault.readers` have.",
        limits.credentialKinds,
      ),
      "secret",
    ),
    validityMonths: wholeNumber(
      "Months for which a new one is valid, at least two periods of `rotateEvery`; an existing one does not change.",
      limits.validityMonths,
    ),
    vaultSecretName: optionalText(/^[0-9a-z-]{1,127}$/iu, {
      about: `An existing vault secret with the client secret, marked by the content type \`${limits.clientSecretType}\`; only with \`existingApplication\` and \`vault.uri\`.`,
      allowed: "1 to 127 letters, digits or dashes",
      example: "partner-client-secret",
      absent: "a new credential",
    }),
    rotateEvery: optionalText(rotateEvery, {
      about: "The period of rotations: the next `pulumi up` after it makes a new one, and keeps the one before.",
      allowed: `days, from ${mostOften}d to ${leastOften}d`,
      example: "90d",
      absent: "by `secure-app-model rotate` alone",
    }),
    overdueDays: wholeNumber("Days for which a rotation may be due before `drift` fails.", limits.overdueDays),
  },
  ["vaultSecretName"],
);
