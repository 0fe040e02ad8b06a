/** docs/commands.md: what every command prints, made by running it. */
import { InterruptedError } from "../demo/interruption";
import type { Chapter, Section } from "./chapter";
import { Normaliser } from "./normalise";
import { runSection } from "./run-section";
import type { Stage } from "./stage";

/** Where the page is in the repository. */
export const pageFile = "docs/commands.md";
/** What writes it. */
export const pageCommand = "npm run docs";

const head = `# The commands, and what they print

Every transcript on this page was made by \`${pageCommand}\`, which runs the lines below in this order on the embedded cloud
([embedded-cloud.md](embedded-cloud.md)); a test runs them again and compares. Nothing here was checked against live Azure.

\`secure-app-model\` comes with the package ([README](../README.md#the-command-secure-app-model)). As in a shell that evaluated
\`npm run -s dev:env\`, these are set: an Azure credential, \`SECURE_APP_MODEL_CLOUD\`, \`SECURE_APP_MODEL_VAULT\`, and
\`SECURE_APP_MODEL_ENDPOINTS\`, which a real cloud does not need. Standard output and standard error are shown together, as on a terminal; only
data is on standard output. Where no exit code is given it was 0.

What differs from run to run was replaced: tokens, generated ids, versions, times of day; dates are moved to a run on 2027-01-15. The long
addresses of sign-ins are cut short.
`;

/**
 * Runs everything, in order.
 * @param today `YYYY-MM-DD`, UTC
 * @throws Error with every section that did not end as it says: one run tells them all
 */
export async function writePage(chapters: readonly Chapter[], stage: Stage, today: string): Promise<string> {
  const normaliser = new Normaliser(stage, today);
  const parts = [head];
  const problems: string[] = [];
  for (const chapter of chapters) {
    parts.push(`## ${chapter.title}\n\n${chapter.prose}\n`);
    for (const section of chapter.sections) {
      try {
        parts.push(transcript(section, normaliser.normalise(await runSection(section, stage), section.command)));
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        problems.push((error as Error).message);
      }
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n\n"));
  return parts.join("\n");
}

/** The fence is longer than any that the output holds; blanks at a line's end, which nobody sees, are what a formatter would take. */
export function transcript(section: Section, output: string): string {
  const typed = section.stdin === undefined ? section.command : `${section.stdin.from} | ${section.command}`;
  const [first = "", ...others] = typed.split("\n");
  const shown = [`$ ${first}`, ...others.map((line) => `> ${line}`), output]
    .join("\n")
    .replace(/[ \t]+$/gmu, "")
    .trimEnd();
  const longest = Math.max(2, ...(shown.match(/`{3,}/gu) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const ending = section.exitCode === undefined || section.exitCode === 0 ? "" : `\nExit code ${section.exitCode}.\n`;
  return `### ${section.title}\n\n${section.prose}\n\n${fence}console\n${shown}\n${fence}\n${ending}`;
}
