/** Removes secrets from a text: a runner hides its secrets in the log, but nowhere else. */

/** Variables whose names show that their values are secrets. */
const secretly = /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|WEBHOOK)$/u;
/** A shorter value may be an ordinary word in any text. */
const leastLength = 8;

/** The forms of signed tokens, and of Entra's refresh tokens and client secrets. */
const forms = [
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu,
  /(?<![\w.-])[01]\.A[\w-]{4}[\w.-]{60,}/gu,
  /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])/gu,
];

/** The text without the values of this process's secret variables, and without anything that has the form of a secret. */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv): string {
  const values = Object.entries(environment)
    .filter(([name, value = ""]) => secretly.test(name) && value.length >= leastLength)
    .map(([, value = ""]) => value);
  const named = values.reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text);
  return forms.reduce((hidden, form) => hidden.replaceAll(form, "[secret]"), named);
}
