#!/bin/bash
# `secure-app-model` on PATH (make-run-folder.cjs): `command.bash <node> <main.js> [arguments…]`. In the shell of a test that runs the command itself
# (test/cli/support/command-of-shell.ts) it passes the call on; not at a terminal, and not with other options or certificates of Node.js.
node=$1 main=$2
shift 2
if [[ -n ${COMMAND_PORT-} && ${NODE_OPTIONS-}:${NODE_EXTRA_CA_CERTS-} == "$COMMAND_OF" && ! -t 0 && ! -t 1 && ! -t 2 ]]; then
  exec bash "${BASH_SOURCE%/*}/client.bash" "$COMMAND_PORT" "$@"
fi
exec "$node" "$main" "$@"
