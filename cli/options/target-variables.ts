/**
 * Environment variables that can replace options, so that a shell is set up once. In a separate file, because `--help` prints them and
 * must load nothing else.
 */
export const targetVariables = {
  cloud: "SECURE_APP_MODEL_CLOUD",
  vault: "SECURE_APP_MODEL_VAULT",
  endpoints: "SECURE_APP_MODEL_ENDPOINTS",
};
