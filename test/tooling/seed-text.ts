/** The parts of the seed: its sentences, and its code. */

export interface SeedText {
  headings: string[];
  sentences: string[];
  /** Every other line that is not blank, without its indentation: including comments and the texts that the script prints. */
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
    // The script's own help describes its parameters in sentences.
    if (isParagraph || (inHelp && /^(?:\[OPTIONAL\] )?[A-Z]/u.test(line))) found.sentences.push(...sentencesOf(line));
    else if (!raw.startsWith(" ") && /^[A-Z][A-Za-z ]+$/u.test(line) && line !== "Param") found.headings.push(line);
    else found.code.push(line);
  }
  return found;
}

/** A command's name, then a parameter or a text; or a beginning that no sentence has. */
function isTyped(line: string): boolean {
  return /^[A-Z]\w+-[A-Z]\w+ [-"]|^[^A-Z]/u.test(line);
}

function sentencesOf(line: string): string[] {
  return line.split(/(?<=[.!?]"?) (?=[A-Z])/u);
}
