/** Environment variables stand in for options, so that a shell is set up once. Apart, because `--help` names them and loads nothing else. */
export const targetVariables = {
  cloud: "SECURE_APP_MODEL_CLOUD",
  vault: "SECURE_APP_MODEL_VAULT",
  endpoints: "SECURE_APP_MODEL_ENDPOINTS",
};
