import { programFile, scriptFile, scriptText } from "../../engine/launcher";

test("on Windows the names have the ends that the engine looks for, and a script is cmd.exe's", () => {
  expect([programFile("pulumi", "win32"), scriptFile("sign-in-robot", "win32")]).toEqual([
    "pulumi.exe",
    "sign-in-robot.cmd",
  ]);
  expect([programFile("pulumi", "darwin"), scriptFile("sign-in-robot", "linux")]).toEqual(["pulumi", "sign-in-robot"]);
  expect(scriptText(String.raw`C:\a b\robot.js`, { ACCOUNT: "svc@partner.example" }, "win32")).toBe(
    `@echo off\r\nif not defined ACCOUNT set "ACCOUNT=svc@partner.example"\r\n"${process.execPath}" "C:\\a b\\robot.js" %*\r\n`,
  );
});
