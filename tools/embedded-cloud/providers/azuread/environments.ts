/** Azure environments that the real plugin accepts; only for the two oldest it ignores case. */
const names = new Set(["global", "public", "usgovernment", "usgovernmentl4", "usgovernmentl5", "dod", "china"]);

/** Throws for an unknown name. Without a name the public cloud is used. */
export function refuseUnknownEnvironment(name: string): void {
  if (name !== "" && !names.has(name.toLowerCase()))
    throw new Error(`no environment was found with the name "${name}"`);
}
