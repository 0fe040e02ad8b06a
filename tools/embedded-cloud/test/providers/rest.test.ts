/** What the plugins' client does where no answer comes, as go-azure-sdk's sdk/client (Execute, IsIdempotent). */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RestClient } from "../../providers/base/rest";

let server: Server;
let asked: string[];
const slept: number[] = [];

/** The first `lost` requests get no answer. */
async function losing(lost: number, pauses?: readonly number[]) {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.method ?? "");
    if (asked.length <= lost) request.socket.destroy();
    else response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const sleep = (milliseconds: number) => Promise.resolve(void slept.push(milliseconds));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0/groups`;
  const client = new RestClient({
    token: () => Promise.resolve("token"),
    headers: {},
    sleep,
    ...(pauses && { pauses }),
  });
  return { url, send: async (method: string) => await client.send(method, url, method === "GET" ? undefined : {}) };
}

afterEach(() => {
  slept.length = 0;
  server.closeAllConnections();
  server.close();
});

test.each(["GET", "PUT", "DELETE"])("azuread's sends a %s again", async (method) => {
  const { send } = await losing(2);
  expect((await send(method)).status).toBe(200);
  expect([asked, slept]).toEqual([
    [method, method, method],
    [1000, 2000],
  ]);
});

test.each(["POST", "PATCH"])("azuread's sends no %s again", async (method) => {
  const { send, url } = await losing(1);
  await expect(send(method)).rejects.toThrow(`${method === "POST" ? "Post" : "Patch"} "${url}": EOF`);
  expect([asked, slept]).toEqual([[method], []]);
});

test("azure-native's sends all again, as often as it has pauses", async () => {
  const { send, url } = await losing(3, [0.1, 0.2]);
  await expect(send("POST")).rejects.toThrow(`Post "${url}": EOF`);
  expect([asked.length, slept]).toEqual([3, [100, 200]]);
});
