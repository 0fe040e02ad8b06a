/** What a component declares in lines, and what of it differs from another stack's. */
import { ownEndpoints } from "../support/own-endpoints";
import type { Declared, Stack } from "./declared";

/** The code that state keeps for ever, exactly: the files that an old state names must exist. */
const providerCode = (module: string): string => `
const load = (name) => require("node:module").createRequire(process.cwd() + "/pulumi")("secure-application-model/" + name);
exports.handler = () => {
  load("engine-watch").watchEngine();
  const code = () => load("${module}");
  return {
    create: (inputs) => code().create(inputs),
    read: (id, outputs) => code().read(id, outputs),
    update: (id, olds, news) => code().update(id, olds, news),
    delete: (id, outputs) => code().delete(id, outputs),
  };
};
`;

type Parts = Record<string, unknown>;
const isParts = (value: unknown): value is Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is not as before: a value in a line, the entries that a list has gained or lost, and of all else its parts. */
function* changes(name: string, value: unknown, before?: unknown): Generator<string> {
  const text = JSON.stringify(value);
  if (text === JSON.stringify(before)) return;
  if (value === undefined) yield `${name}: gone`;
  else if (Array.isArray(value) && (Array.isArray(before) || text.length > 90)) {
    const [now = [], old = []] = [value, before ?? []].map((list) =>
      (list as unknown[]).map((one) => JSON.stringify(one)),
    );
    const [kept, gained] = [old.filter((one) => now.includes(one)), now.filter((one) => !old.includes(one))];
    // In another order, or with one in front of others, it is another list.
    if (now.join() !== [...kept, ...gained].join()) yield* [`${name}:`, ...now.map((one) => `  ${one}`)];
    else {
      yield* old.filter((one) => !now.includes(one)).map((one) => `${name} - ${one}`);
      yield* gained.map((one) => `${name} + ${one}`);
    }
  } else if (!isParts(value) || (!isParts(before) && text.length <= 90)) yield `${name}: ${text}`;
  else {
    const old = isParts(before) ? before : {};
    const parts = Object.keys({ ...old, ...value }).map((key) => [...changes(key, value[key], old[key])]);
    const [first = "", ...others] = packed(parts);
    if (others.length === 0) yield `${name}.${first}`;
    else yield* [`${name}:`, ...[first, ...others].map((line) => `  ${line}`)];
  }
}

/** Parts of one line first, as many in a line as fit. */
function packed(parts: readonly string[][]): string[] {
  const lines: string[] = [];
  for (const [piece = "", ...others] of parts) {
    if (piece === "" || others.length > 0) continue;
    const longer = `${lines.at(-1)}; ${piece}`;
    if (lines.length === 0 || longer.length > 100) lines.push(piece);
    else lines[lines.length - 1] = longer;
  }
  return [...lines, ...parts.filter(({ length }) => length > 1).flat()];
}

/** A permission is one text. */
function terse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(terse);
  if (!isParts(value)) return value;
  if ("resourceAppId" in value) return Object.values(value).flat().join(" ");
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, terse(one)]));
}

interface Access {
  resourceAppId: string;
  resourceAccesses: { id: string; type: string }[];
}

/** One line for each permission that an application requires, and one value for what is long and the same everywhere. */
function flat({ parent, provider, inputs, options }: Declared): Parts {
  const { requiredResourceAccesses: required, endpoints, __provider: code, ...others } = inputs;
  const module = /load\("([\w-]+)-provider"\)/u.exec(String(code))?.[1] ?? "";
  const isKept = code === providerCode(`${module}-provider`);
  const permissions = (required as Access[] | undefined)?.flatMap(({ resourceAppId, resourceAccesses }) =>
    resourceAccesses.map(({ id, type }) => `${resourceAppId} ${id} ${type}`),
  );
  const isOwn = JSON.stringify(endpoints, Object.keys(endpoints ?? {}).sort()) === ownText;
  const parts = {
    ...{ parent, provider: provider || undefined, ...(terse(others) as Parts), requiredResourceAccesses: permissions },
    ...{ endpoints: isOwn ? "one's own" : endpoints, __provider: isKept ? `${module}-provider` : code, ...options },
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
const own = ownEndpoints();
const ownText = JSON.stringify(own, Object.keys(own).sort());

/**
 * What of a stack differs from another one, or all of it.
 * @param shown what was shown, which one of the same name, or else the first of the same type, is compared with
 */
export function differences(
  stack: Stack,
  other: Stack = { resources: {}, calls: [], outputs: {} },
  shown = new Map<string, [key: string, parts: Parts]>(),
): string[] {
  const found = Object.keys({ ...other.resources, ...stack.resources }).map((key) => {
    const [resource, before] = [stack.resources[key], other.resources[key]];
    const parts = resource && flat(resource);
    const [type = ""] = key.split(" ");
    const like = before === undefined ? (shown.get(key) ?? shown.get(type)) : undefined;
    if (parts) for (const name of [key, type]) if (!shown.has(name)) shown.set(name, [key, parts]);
    if (!parts || !like) return [...changes(key, parts, before && flat(before))];
    const name = like[0] === key ? `${key}, as above` : `${key}, like ${like[0]}`;
    const lines = [...changes(name, parts, like[1])];
    return lines.length === 0 ? [name] : lines;
  });
  return packed([
    ...found,
    [...changes("calls", stack.calls, other.calls)],
    [...changes("outputs", stack.outputs, other.outputs)],
  ]);
}
