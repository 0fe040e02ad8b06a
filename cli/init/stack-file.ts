/** The file of a stack that is being set up: its comments stay, and the settings alone judge its values. */
import { type Document, isMap, type Pair, parseDocument, type YAMLMap } from "yaml";
import { configurationIn } from "../../lib/config/model-file";
import { readSettings, SettingsError } from "../../lib/config/settings";
import { namespace, type Problem, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";

/** The value of a setting that is not right, and the allowed ones. */
export type Why = Exclude<Problem["why"], string>;

type Path = readonly [setting: string, ...below: (string | number)[]];

/** Members that the engine writes of a stack's own key. */
const ofKey = ["secretsprovider", "encryptedkey", "encryptionsalt"];

export class StackFile {
  readonly #document: Document;

  /** @param name for errors @param root the base of a path in it @throws UsageError */
  constructor(
    text: string,
    private readonly name: string,
    private readonly root: string,
  ) {
    this.#document = parseDocument(text);
    if (this.#document.errors.length > 0 || !isMap(this.#document.get("config", true)))
      throw new UsageError(`${name} is no configuration of a stack.`, sentence("Name a file Pulumi.<stack>.yaml."));
  }

  get(...path: Path): unknown {
    const found = this.#document.getIn(inFile(path));
    return isMap(found) ? found.toJSON() : found;
  }

  text(...path: Path): string {
    const found = this.get(...path);
    return typeof found === "string" || typeof found === "boolean" ? String(found) : "";
  }

  set(path: Path, value: unknown): void {
    this.#document.setIn(inFile(path), value);
  }

  /** Adds to a list, which is made if it is not there. */
  add(path: Path, value: unknown): void {
    if (this.#document.hasIn(inFile(path))) this.#document.addIn(inFile(path), value);
    else this.set(path, [value]);
  }

  delete(...path: Path): void {
    this.#document.deleteIn(inFile(path));
  }

  /** Puts settings behind another one, or last. @param comment of the first one */
  insertAfter(name: string, settings: Readonly<Record<string, unknown>>, comment: string): void {
    const { items } = this.#document.get("config") as YAMLMap;
    for (const one of Object.keys(settings)) this.delete(one);
    const pairs = Object.entries(settings).map(([one, value]) => this.#document.createPair(keyOf(one), value));
    const [first] = pairs as Pair<{ commentBefore?: string }>[];
    if (first !== undefined) first.key.commentBefore = ` ${comment}`;
    items.splice(items.findIndex(({ key }) => String(key) === keyOf(name)) + 1, 0, ...pairs);
  }

  /** Takes the key of the stack's secrets from its file: that of another stack does not fit. */
  takeKeyOf(text: string): void {
    const own = parseDocument(text);
    for (const name of ofKey) {
      this.#document.delete(name);
      if (own.has(name)) this.#document.set(name, own.get(name));
    }
  }

  /** Problems of the settings, without fixes: those are lines for a stack that has this file already. */
  problems(): Problem[] {
    try {
      readSettings(configurationIn(String(this)), this.root);
      return [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return (error.problems ?? []).map((problem) => ({ ...problem, fixes: [] }));
    }
  }

  /** @returns undefined for a setting that is right */
  whyNot(setting: string): Why | undefined {
    const why = this.problems().find((problem) => isAbout(problem, setting))?.why;
    return typeof why === "string" ? { found: why, allowed: "" } : why;
  }

  toString(): string {
    return this.#document.toString({ lineWidth: 0 });
  }

  /** @throws UsageError for a problem of any other setting */
  requireRightBeside(paths: readonly string[]): void {
    const problems = this.problems().filter((problem) => !paths.some((path) => isAbout(problem, path)));
    if (problems.length === 0) return;
    const what = `${this.name} cannot be used:`;
    throw new UsageError({ what, problems, fixes: [sentence("Correct them in that file (docs/settings.md).")] });
  }
}

const keyOf = (setting: string): string => `${namespace}:${setting}`;

const inFile = ([setting, ...below]: Path): (string | number)[] => ["config", keyOf(setting), ...below];

const isAbout = ({ where }: Problem, path: string): boolean =>
  where === keyOf(path) || [".", "["].some((next) => where.startsWith(`${keyOf(path)}${next}`));
