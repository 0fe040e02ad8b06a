/** The id `/applications/<object id>`. */
export const objectIdOf = (id: string): string => id.split("/").at(-1) ?? "";
