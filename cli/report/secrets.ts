/** What a text may hold that nobody may read: a runner hides its secrets in the log, and in nothing else. */

/** Variables whose values are secrets by their names. */
const secretly = /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|WEBHOOK)$/u;
/** A shorter value is a word that stands anywhere. */
const leastLength = 8;

/** Of a signed token; of Entra's refresh tokens and client secrets. */
const forms = [
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu,
  /(?<![\w.-])[01]\.A[\w-]{4}[\w.-]{60,}/gu,
  /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])/gu,
];

/** The text without the secrets of this process's variables, and without what has the form of one. */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv): string {
  const values = Object.entries(environment)
    .filter(([name, value = ""]) => secretly.test(name) && value.length >= leastLength)
    .map(([, value = ""]) => value);
  const named = values.reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text);
  return forms.reduce((hidden, form) => hidden.replaceAll(form, "[secret]"), named);
}
