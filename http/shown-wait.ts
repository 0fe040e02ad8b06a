/** A wait that a service asked for, shown: a command or a deployment that says nothing for a minute looks dead. */
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { harmlessLine } from "../errors/harmless";
import { limits } from "./limits";

/** The engine shows what a provider writes here, and a terminal what a command does; data goes to stdout alone. */
let show = (line: string): void => void process.stderr.write(`${line}\n`);

export function showWait({ request, status }: PipelineResponse, milliseconds: number): void {
  if (milliseconds < limits().shownWait) return;
  const { host } = new URL(request.url);
  show(harmlessLine(`Waiting ${Math.ceil(milliseconds / 1000)} seconds: ${host} asks for it (${status}) …`));
}

/** For tests: where waits are shown instead, until the returned function is called. */
export function useWaitDisplay(display: (line: string) => void): () => void {
  const before = show;
  show = display;
  return () => {
    show = before;
  };
}
