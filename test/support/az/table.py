"""Writes table.json: what the real Azure CLI takes, of the commands and options that this project prints.

With the Python of an installation (pip install azure-cli): python table.py [command[ --option ...]] ... > new.json
Without words, what is in table.json already; an option that is required is always there. An option is written as arguments.ts reads it.
"""

import json
import os
import re
import sys

from azure.cli.core import __version__, get_default_cli
from azure.cli.core.file_util import create_invoker_and_load_cmds_and_args
from knack.arguments import CaseInsensitiveList

HERE = os.path.dirname(os.path.abspath(__file__))
# What argparse has for itself.
HIDDEN = ("--___SUBSCRIPTION", "--cmd")


def asked():
    """The first name of each option that is everywhere, and of those of each command, with what the words add."""
    with open(os.path.join(HERE, "table.json"), encoding="utf-8") as file:
        table = json.load(file)
    for line in sys.argv[1:]:
        command, *options = re.split(r" (?=--)", line)
        table["commands"].setdefault(command, []).extend(options)
    names = lambda options: {re.split("[/!=:]", one)[0] for one in options}
    return names(table["everywhere"]), {command: names(options) for command, options in table["commands"].items()}


def parsers(parser, path=()):
    """Every command's own parser, by the command's words."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for name, child in action.choices.items():
                yield from parsers(child, (*path, name))
            return
    yield " ".join(path), parser


def option(action):
    """Its names, "!" if it is required, "=" how many values it takes if not one, ":" which, "~" in any case."""
    text = "/".join(action.option_strings) + ("!" if action.required else "")
    if action.nargs is not None:
        text += f"={action.nargs}"
    if action.choices:
        text += ":" + "|".join(map(str, action.choices)) + ("~" if isinstance(action.choices, CaseInsensitiveList) else "")
    return text


def options(parser, names):
    actions = [one for one in parser._actions if one.option_strings and not set(HIDDEN) & set(one.option_strings)]
    return [option(one) for one in actions if one.required or names & set(one.option_strings)]


cli = get_default_cli()
create_invoker_and_load_cmds_and_args(cli)
real = dict(parsers(cli.invocation.parser))
everywhere, commands = asked()
unknown = [one for one in commands if one not in real]
if unknown:
    sys.exit(f"az has no {', '.join(unknown)}")
table = {
    "source": f"azure-cli {__version__} (PyPI), by table.py",
    "everywhere": options(real["version"], everywhere),
    "commands": {name: options(real[name], commands[name]) for name in sorted(commands)},
}
json.dump(table, sys.stdout, indent=2)
