import type { Order } from "./query";

/** The objects in the order of `$orderby`. Texts are compared without regard to case. */
export function sorted<T extends Readonly<Record<string, unknown>>>(
  objects: readonly T[],
  order: readonly Order[],
): T[] {
  return objects.toSorted((one, other) => {
    for (const { path, isDescending } of order) {
      const difference = text(one[path]).localeCompare(text(other[path]), "en");
      if (difference !== 0) return isDescending ? -difference : difference;
    }
    return 0;
  });
}

const text = (value: unknown): string =>
  typeof value === "string" ? value.toLowerCase() : JSON.stringify(value ?? "");
