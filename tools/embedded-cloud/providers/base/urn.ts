/** A URN is `urn:pulumi:<stack>::<project>::<parent types$>type::name`. */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
