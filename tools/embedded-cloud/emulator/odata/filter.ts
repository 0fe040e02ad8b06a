/** Filters as this program, its plugins and az send them: one condition, or several with `or` between them. */

/** How a list compares a property: with a text, with its beginning, or a text with each of its elements. */
export type Comparison = "eq" | "startswith" | "any";

export interface Condition {
  comparison: Comparison;
  property: string;
  value: string;
}

const forms: Readonly<Record<Comparison, RegExp>> = {
  eq: /(?<property>\w+) eq '(?<value>(?:[^']|'')*)'(?: or |$)/uy,
  startswith: /startswith\((?<property>\w+), ?'(?<value>(?:[^']|'')*)'\)(?: or |$)/uy,
  any: /(?<property>\w+)\/any\((?<element>\w+): ?\k<element> eq '(?<value>(?:[^']|'')*)'\)(?: or |$)/uy,
};

/** @returns undefined for every other text, whether OData allows it or not */
export function parseFilter(text: string): Condition[] | undefined {
  const conditions: Condition[] = [];
  for (let at = 0; at < text.length || conditions.length === 0;) {
    const found = conditionAt(text, at);
    if (found === undefined) return undefined;
    conditions.push(found.condition);
    at = found.end;
  }
  return text.endsWith(" or ") ? undefined : conditions;
}

function conditionAt(text: string, at: number): { condition: Condition; end: number } | undefined {
  for (const [comparison, form] of Object.entries(forms) as [Comparison, RegExp][]) {
    form.lastIndex = at;
    const { property, value } = form.exec(text)?.groups ?? {};
    if (property !== undefined && value !== undefined) {
      return { condition: { comparison, property, value: value.replaceAll("''", "'") }, end: form.lastIndex };
    }
  }
  return undefined;
}

/** Texts are compared without regard to case, as in Microsoft's services. */
export const passes = (object: Readonly<Record<string, unknown>>, filter: readonly Condition[]): boolean =>
  filter.some(({ comparison, property, value }) => {
    const found = object[property];
    const wanted = value.toLowerCase();
    if (comparison === "any") return Array.isArray(found) && found.some((one) => String(one).toLowerCase() === wanted);
    if (typeof found !== "string") return false;
    const given = found.toLowerCase();
    return comparison === "eq" ? given === wanted : given.startsWith(wanted);
  });
