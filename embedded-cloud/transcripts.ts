/** `npm run docs`: runs every command on an embedded cloud and writes what they print to docs/commands.md. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endOnSignals, InterruptedError, interruptedExitCode } from "./demo/interruption";
import { findRepository } from "./engine/repository";
import { chapters } from "./transcripts/contents";
import { withinOneDay } from "./transcripts/dates";
import { pageFile, writePage } from "./transcripts/page";
import { withStage } from "./transcripts/stage";

async function main(): Promise<void> {
  const repository = findRepository();
  endOnSignals();
  const page = await withinOneDay((today) => withStage(repository, (stage) => writePage(chapters, stage, today)));
  await writeFile(join(repository, pageFile), page);
  process.stderr.write(`${pageFile} is written.\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof InterruptedError ? interruptedExitCode : 1;
});
