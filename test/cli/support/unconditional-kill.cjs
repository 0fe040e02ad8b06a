/** Preloaded: as on Windows, a signal that a process sends ends whom it is sent to, whatever would listen. */
const { kill } = process;
process.kill = (pid, signal) => kill.call(process, pid, signal === 0 ? 0 : "SIGKILL");
