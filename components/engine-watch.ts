/** Ends this process when the engine is gone: a killed CLI would otherwise leave the redirect port held and a process behind. */
import { connect } from "node:net";

const pauseMilliseconds = 300;

/**
 * Watches the engine that started this provider process; does nothing in any other process. The parent of a dynamic provider is
 * a shell, so only the engine's own address tells whether it lives. The address is the process's first argument.
 */
export function watchEngine(): void {
  const address = /^127\.0\.0\.1:(\d+)$/u.exec(process.argv[2] ?? "");
  if (address === null || watching) return;
  watching = true;
  const port = Number(address[1]);
  const look = () => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      setTimeout(look, pauseMilliseconds).unref();
    });
    socket.once("error", () => process.exit(1));
  };
  look();
}

let watching = false;
