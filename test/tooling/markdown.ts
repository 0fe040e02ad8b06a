/** The part of Markdown that the repository's own documents use. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findRepository } from "../../tools/embedded-cloud/engine/repository";

export const repository = findRepository();

/** Folders with files from elsewhere. */
export const foreign = /(?:^|\/)(?:node_modules|bin|\.local|\.git)(?:\/|$)/u;

/** Paths of all documents, relative to the repository. */
export function documents(): string[] {
  return globSync("**/*.md", { cwd: repository, exclude: (path) => foreign.test(path) }).sort();
}

export function readDocument(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

export interface Document {
  /** Everything outside of fences. */
  prose: string;
  fences: { language: string; text: string }[];
}

export function parts(markdown: string): Document {
  const fences: Document["fences"] = [];
  const fence = /^(`{3,})(\w*)[^\n]*\n(.*?)^\1$\n?/gmsu;
  const prose = markdown.replace(fence, (_, __: string, language: string, text: string) => {
    fences.push({ language, text });
    return "";
  });
  return { prose, fences };
}

export function codeSpans(prose: string): string[] {
  return [...prose.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/gsu)].map(([, , text = ""]) => text.trim());
}

export interface Link {
  text: string;
  target: string;
}

export function links(prose: string): Link[] {
  return [...prose.matchAll(/\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/gu)].map(([, text = "", target = ""]) => ({
    text,
    target,
  }));
}

/** Anchors of a document's headings, computed like GitHub's. */
export function anchors(prose: string): Set<string> {
  const headings = [...prose.matchAll(/^#+ (.*)$/gmu)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The cells of all table rows with this many cells, without headings. */
export function tableRows(markdown: string, columns: number): string[][] {
  const lines = markdown.split("\n").filter((line) => line.startsWith("| "));
  const rows = lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/u)
      .map((text) => text.trim().replaceAll("\\|", "|")),
  );
  const isRule = (row: string[] | undefined) => row?.every((text) => /^-+$/u.test(text)) === true;
  return rows.filter((row, index) => row.length === columns && !isRule(row) && !isRule(rows[index + 1]));
}
