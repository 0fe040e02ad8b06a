/** Variables that tell the program about a rotation outside the calendar: set by this project's commands and workflows for one run. */

/**
 * "applied": the program declares what the stack applied last, so that a due rotation does not show as a change. Set by commands that
 * compare.
 */
export const periodVariable = "SECURE_APP_MODEL_PERIOD";

/** The label that becomes the current one, independent of the calendar. Set by `rotate`. */
export const labelVariable = "SECURE_APP_MODEL_CREDENTIAL";

/** "true": the credentials other than the current one are removed at once. Set by `rotate --revoke-now`. */
export const revokeVariable = "SECURE_APP_MODEL_REVOKE";
