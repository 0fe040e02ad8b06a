/** The seed, taken apart: what it says in sentences, and what it types. */

export interface SeedText {
  headings: string[];
  sentences: string[];
  /** Every other line that is not blank, without its indentation: comments and the texts that the script prints are among them. */
  code: string[];
}

/** Words; the shortest paragraph has more, and so has no heading. */
const paragraphWords = 8;

/** Each line of the seed is in exactly one of the three. */
export function splitSeed(text: string): SeedText {
  const found: SeedText = { headings: [], sentences: [], code: [] };
  let inHelp = false;
  for (const raw of text.split(/\r?\n/u)) {
    const line = raw.trim();
    if (line === "") continue;
    if (line === "<#") inHelp = true;
    if (line === "#>") inHelp = false;
    const isParagraph = !raw.startsWith(" ") && line.split(/ +/u).length >= paragraphWords && !isTyped(line);
    // The script's own help says in sentences what its parameters are.
    if (isParagraph || (inHelp && /^(?:\[OPTIONAL\] )?[A-Z]/u.test(line))) found.sentences.push(...sentencesOf(line));
    else if (!raw.startsWith(" ") && /^[A-Z][A-Za-z ]+$/u.test(line) && line !== "Param") found.headings.push(line);
    else found.code.push(line);
  }
  return found;
}

/** A command's name, then a parameter or a text; or what no sentence begins with. */
function isTyped(line: string): boolean {
  return /^[A-Z]\w+-[A-Z]\w+ [-"]|^[^A-Z]/u.test(line);
}

function sentencesOf(line: string): string[] {
  return line.split(/(?<=[.!?]"?) (?=[A-Z])/u);
}
