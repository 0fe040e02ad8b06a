#!/bin/sh
# Stands in a built engine as pulumi-language-nodejs. The engine hands over the options in Pulumi.yaml with its requests; this
# language host is older and knows them from its command line alone. It starts in the program's folder, below Pulumi.yaml's.
folder=$PWD
while [ ! -f "$folder/Pulumi.yaml" ] && [ "$folder" != / ]; do folder=$(dirname "$folder"); done
typescript=true
if grep -Eq 'typescript"?: *false' "$folder/Pulumi.yaml" 2>/dev/null; then typescript=false; fi
nodeargs=$(sed -n 's/^ *nodeargs: *//p' "$folder/Pulumi.yaml" 2>/dev/null)
exec "$(dirname "$0")/language-nodejs" "-typescript=$typescript" "-nodeargs=$nodeargs" "$@"
