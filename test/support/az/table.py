"""Writes table.json: what the real Azure CLI takes, for the commands that this project prints.

With the Python of an installation (pip install azure-cli): python table.py [command ...] > new.json
Without words the commands are those that are in table.json already.
"""

import json
import os
import sys

from azure.cli.core import __version__, get_default_cli
from azure.cli.core.file_util import create_invoker_and_load_cmds_and_args
from knack.arguments import CaseInsensitiveList

HERE = os.path.dirname(os.path.abspath(__file__))
# What argparse has for itself.
HIDDEN = ("--___SUBSCRIPTION", "--cmd")
EVERYWHERE = ("--help", "--verbose", "--debug", "--only-show-errors", "--output", "--query")


def wanted():
    if len(sys.argv) > 1:
        return sys.argv[1:]
    with open(os.path.join(HERE, "table.json"), encoding="utf-8") as file:
        return list(json.load(file)["commands"])


def parsers(parser, path=()):
    """Every command's own parser, by the command's words."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for name, child in action.choices.items():
                yield from parsers(child, (*path, name))
            return
    yield " ".join(path), parser


def option(action):
    """How many values it takes: 0, 1, ? (none or one), + (some), * (any number)."""
    found = {"names": action.option_strings, "takes": "1" if action.nargs is None else str(action.nargs)}
    if action.required:
        found["required"] = True
    if action.choices:
        found["choices"] = [str(one) for one in action.choices]
        found["anyCase"] = isinstance(action.choices, CaseInsensitiveList)
    return found


def options(parser, everywhere):
    actions = [one for one in parser._actions if one.option_strings and not set(HIDDEN) & set(one.option_strings)]
    return [option(one) for one in actions if bool(set(EVERYWHERE) & set(one.option_strings)) == everywhere]


def lines(found, indent):
    return "[\n" + ",\n".join(f"{indent}  {json.dumps(one)}" for one in found) + f"\n{indent}]"


cli = get_default_cli()
create_invoker_and_load_cmds_and_args(cli)
known = dict(parsers(cli.invocation.parser))
names = sorted(wanted())
unknown = [one for one in names if one not in known]
if unknown:
    sys.exit(f"az has no {', '.join(unknown)}")
print("{")
print(f'  "source": "azure-cli {__version__} (PyPI), by table.py",')
print(f'  "everywhere": {lines(options(known[names[0]], True), "  ")},')
print('  "commands": {')
print(",\n".join(f'    "{name}": {lines(options(known[name], False), "    ")}' for name in names))
print("  }")
print("}")
