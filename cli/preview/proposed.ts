/**
 * The settings that a pull request proposes for a stack. Anybody may have written it, and a preview has an
 * identity: only the stack's file is read, by git and as text, and only this program's settings in it count.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { parse } from "yaml";
import { settings as catalogue } from "../../lib/config/catalogue";
import { Failure, namespace, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { readTextFile } from "../terminal/text-file";
import { withTextFile } from "../terminal/whole-file";

/** Bytes of a stack's file. */
const most = 100_000;

/** Members of a stack's file that name its encryption. */
const encryption = ["secretsprovider", "encryptedkey", "encryptionsalt"];

type Members = Readonly<Record<string, unknown>>;

/** @param run gets a file that exists until it ends @throws UsageError; Failure if more is proposed */
export async function withProposed<T>(
  { stack, commit, cwd = "." }: { stack: string; commit: string; cwd?: string | undefined },
  run: (file: string) => Promise<T>,
): Promise<T> {
  const name = `Pulumi.${stack}.yaml`;
  const own = membersIn(name, await readTextFile("The file", resolve(cwd, name), most));
  const proposed = membersIn(name, await fileIn(commit, name, cwd));
  const settings = settingsOf(name, own, proposed);
  return await withTextFile(name, JSON.stringify({ ...own, config: settings }), run);
}

/** As text, and only a plain file: a link would be read from this machine. */
async function fileIn(commit: string, name: string, cwd: string): Promise<string> {
  if (!/^[0-9a-f]{40}$/u.test(commit)) throw new UsageError(`"${commit}" is not a full commit id.`, fetchIt);
  const [entry = ""] = (await git(cwd, "ls-tree", commit, "--", `./${name}`)).split("\n");
  const [, mode = "", blob = ""] = /^(\d+) \w+ ([0-9a-f]+)\t/u.exec(entry) ?? [];
  if (mode === "") throw refused(name, "it does not exist");
  if (mode !== "100644") throw refused(name, "it is not a plain file");
  if (Number(await git(cwd, "cat-file", "-s", blob)) > most) throw refused(name, `it has more than ${most} bytes`);
  return await git(cwd, "cat-file", "blob", blob);
}

const fetchIt = sentence("Fetch the pull request's commit first, and name it by its 40 digits.");

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)("git", args, { cwd, maxBuffer: 2 * most })).stdout;
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new UsageError(`git ${args[0] ?? ""} failed: ${stderr.trim() || message}`, fetchIt);
  }
}

function membersIn(name: string, text: string): Members {
  try {
    const members: unknown = parse(text, { maxAliasCount: 0 });
    if (typeof members === "object" && members !== null && !Array.isArray(members)) return members as Members;
  } catch {
    // The parser's message quotes the text.
  }
  throw refused(name, "it is not a YAML mapping, or has aliases");
}

/** The proposed settings. All other members must be those of this branch. */
function settingsOf(name: string, own: Members, proposed: Members): Members {
  const { config: ownConfig, ...ownRest } = withConfig(own);
  const { config, ...rest } = withConfig(proposed);
  const wrong = [
    ...changedIn(ownRest, rest).map((key) => (encryption.includes(key) ? key : `the member ${key}`)),
    ...changedIn(ownConfig, config).filter((key) => !mayChange(key, config[key])),
  ];
  if (wrong.length > 0)
    throw refused(name, `it changes ${wrong.join(", ")}, which a preview of a pull request does not accept`);
  return config;
}

/** The engine takes one without a value for an empty one. */
const withConfig = ({ config, ...rest }: Members): Members & { config: Members } => ({
  ...rest,
  config: (config ?? {}) as Members,
});

const changedIn = (one: Members, other: Members): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((key) => !isDeepStrictEqual(one[key], other[key]));

/** Both may name files of this machine, whose text an error would quote; `endpoints` is where requests go, with their tokens. */
const refusedSettings = ["ci", "endpoints"];

/** Encrypted values may not be proposed: the engine would decrypt them. */
function mayChange(key: string, value: unknown): boolean {
  const [space, setting = ""] = key.split(/:(.*)/su);
  const isKnown = Object.hasOwn(catalogue.entries, setting);
  const isSetting = space === namespace && isKnown && !refusedSettings.includes(setting);
  return isSetting && !JSON.stringify(value ?? null).includes('"secure":');
}

const refused = (name: string, why: string): Failure =>
  new Failure(
    "preview-proposed",
    `${name} of the pull request is not previewed: ${why}.`,
    sentence("Read it before you merge: the merge deploys it."),
  );
