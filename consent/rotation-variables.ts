/** How a run of the engine is told what the calendar alone does not say: set by this project's commands and workflows for the one run. */

/** "applied": the program declares what the stack applied last, so that a rotation which is due shows as no change. Set by what compares. */
export const periodVariable = "SECURE_APP_MODEL_PERIOD";

/** The label that is made the current one, whatever the calendar says. Set by `rotate`. */
export const labelVariable = "SECURE_APP_MODEL_CREDENTIAL";

/** "true": the credentials beside the current one go at once. Set by `rotate --revoke-now`. */
export const revokeVariable = "SECURE_APP_MODEL_REVOKE";
