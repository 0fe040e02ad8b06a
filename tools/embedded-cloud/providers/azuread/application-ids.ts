/** Of an id such as `/applications/<object id>`. */
export const objectIdOf = (id: string): string => id.split("/").at(-1) ?? "";

/** The parts of a credential's id: `<object id of the application>/<kind>/<id of the credential>`. */
export function credentialParts(id: string): { objectId: string; keyId: string } {
  const [objectId = "", , keyId = ""] = id.split("/");
  return { objectId, keyId };
}
