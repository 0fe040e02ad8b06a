/** How long things of Azure may take, in milliseconds. */

/** Until a role assignment on the vault acts. */
export const roleWindow = 15 * 60_000;
/** For storing a token that exists only in memory. */
export const storeWindow = 5 * 60_000;
