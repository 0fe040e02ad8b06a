/** The answers to the questions of `init`: from options, or of a person at the terminal. */
import { again, type Problem, run, sentence } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { ask } from "../terminal/ask";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import type { Place } from "./find-out";
import { type Answers, type Question, questions } from "./questions";
import type { StackFile, Why } from "./stack-file";

/**
 * Writes the answers that the options give.
 * @returns the questions that are left for a person
 * @throws UsageError with every option that is wrong and, without a terminal, that is missing
 */
export function unanswered(file: StackFile, answers: Answers, place: Place, isAtTerminal: boolean): Question[] {
  const asked = questions.filter(({ applies }) => applies?.(file, answers) ?? true);
  const isOpen = ({ name }: Question) => answers[name] === undefined;
  const wrong = asked.flatMap((question) => {
    if (isAtTerminal && isOpen(question)) return [];
    const why = whyNot(file, question, answers[question.name], place);
    return why === undefined ? [] : [{ question, why }];
  });
  if (wrong.length === 0) return asked.filter((question) => isAtTerminal && isOpen(question));
  const problems = wrong.map(({ question, why }): Problem => ({ where: question.option, why, fixes: [] }));
  const named = wrong.flatMap(({ question: { option, example } }) => [option, example]);
  throw new UsageError({
    what: "Options of init are wrong or, without a terminal to ask at, missing:",
    problems,
    fixes: [run("Name them", again(...named))],
  });
}

/** Asks until the answer is right. Enter takes the one in brackets, or leaves what need not be set. */
export async function askFor(question: Question, file: StackFile, place: Place): Promise<void> {
  const isRight = whyNot(file, question, undefined, place) === undefined;
  const usual = isRight ? question.read(file) : (question.usual?.(place) ?? "");
  const prompt = `${question.asks(place)}${usual === "" ? "" : ` [${usual}]`}: `;
  for (;;) {
    const answer = await ask(prompt);
    if (answer === undefined)
      throw new UsageError(
        "The input ended before all was answered.",
        sentence("Run it again: it goes on with the stack that it made."),
      );
    if (answer === "" && isRight) return;
    const why = whyNot(file, question, answer || usual, place);
    if (why === undefined) return;
    printNote(textOf({ what: "", problems: [{ where: answer, why, fixes: [] }] }));
  }
}

/** @param answer to be written first; undefined: what the file has */
function whyNot(file: StackFile, question: Question, answer: string | undefined, place: Place): Why | undefined {
  const own = answer === undefined ? undefined : question.write(file, answer, place);
  return own ?? file.whyNot(question.path);
}
