/** Answers that are asked for once, failures included: every check sees the same. */
export class Once {
  readonly #answers = new Map<string, Promise<unknown>>();

  /** @param ask makes no answer twice for the same question */
  ask<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const answer = (this.#answers.get(question) as Promise<T> | undefined) ?? ask();
    this.#answers.set(question, answer);
    return answer;
  }
}
