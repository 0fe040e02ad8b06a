/** The real yaml-language-server, as an editor starts it: JSON-RPC over its standard streams. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
}
interface Diagnostics {
  uri: string;
  diagnostics: { range: { start: { line: number } }; message: string }[];
}

const program = require.resolve("yaml-language-server/bin/yaml-language-server");

export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, "--stdio"]);
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnoses = new Map<string, (lines: string[]) => void>();
  #unread = Buffer.alloc(0);
  #asked = 0;

  /** @param folder the editor's */
  constructor(readonly folder: string) {
    this.#process.stdout.on("data", (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      for (let one = this.#next(); one !== undefined; one = this.#next()) this.#take(one);
    });
  }

  static async start(folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(folder);
    const rootUri = pathToFileURL(folder).href;
    await server.#ask("initialize", { processId: process.pid, rootUri, capabilities: {} });
    server.#send({ method: "initialized", params: {} });
    return server;
  }

  stop(): void {
    this.#process.kill();
  }

  /** Opens a file with this text. @returns what the editor underlines: number of the line from 0, and why */
  open(name: string, text: string): Promise<string[]> {
    const { uri } = this.#named(name);
    return new Promise((resolve) => {
      this.#diagnoses.set(uri, resolve);
      this.#send({
        method: "textDocument/didOpen",
        params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
      });
    });
  }

  /** What the editor offers at the end of a line of an open file. */
  async completion(name: string, line: number, character: number): Promise<string[]> {
    const position = { line, character };
    const found = await this.#ask("textDocument/completion", { textDocument: this.#named(name), position });
    return (found as { items: { insertText: string }[] }).items.map(({ insertText }) => insertText);
  }

  /** What the editor says of what is there. */
  async hover(name: string, line: number, character: number): Promise<string> {
    const position = { line, character };
    const found = await this.#ask("textDocument/hover", { textDocument: this.#named(name), position });
    return (found as { contents: { value: string } }).contents.value;
  }

  #named(name: string): { uri: string } {
    return { uri: pathToFileURL(join(this.folder, name)).href };
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #next(): Message | undefined {
    const head = this.#unread.indexOf("\r\n\r\n") + 4;
    const [, length] = /Content-Length: (\d+)/iu.exec(this.#unread.subarray(0, head).toString()) ?? [];
    const end = head + Number(length);
    // Also while the length is not there yet.
    if (!(this.#unread.length >= end)) return undefined;
    const message = JSON.parse(this.#unread.subarray(head, end).toString()) as Message;
    this.#unread = this.#unread.subarray(end);
    return message;
  }

  #take({ id, method, params, result }: Message): void {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as Diagnostics;
      this.#diagnoses.get(uri)?.(diagnostics.map(({ range, message }) => `${range.start.line}: ${message}`));
      // Its own questions are of an editor's settings: it has none.
    } else if (method !== undefined && id !== undefined) this.#send({ id, result: [] });
    else if (id !== undefined) this.#answers.get(id)?.(result);
  }
}
