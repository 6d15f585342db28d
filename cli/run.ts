import { parseArgs } from 'node:util';
import { didYouMean } from '../lib/codebase/nearest.ts';
import { Refused } from './api-client.ts';
import { type Command, commands, optionsOf } from './commands.ts';
import type { CliServices } from './services.ts';
import { taker, Usage } from './usage.ts';

export type Ran = { code: 0 | 1 | 2; out: string; err: string };

/** Runs one command line. 0: done; 1: drover said no; 2: the line was not understood. Other errors are thrown. */
export async function run(args: readonly string[], services: CliServices): Promise<Ran> {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') return { code: 0, out: helpText(), err: '' };
  const found = commandOf(args);
  if (!found) return { code: 2, out: '', err: unknownText(args) };
  const { command, rest } = found;
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options: optionsOf(command), allowPositionals: true });
    const options = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === true ? 'yes' : value?.toString()]),
    );
    const ran = await command.run(taker(positionals), options, services);
    return typeof ran === 'string' ? { code: 0, out: ran, err: '' } : { code: ran.code, out: ran.text, err: '' };
  } catch (error) {
    if (error instanceof Refused) return { code: 1, out: '', err: error.message };
    if (error instanceof Usage || isBadArguments(error))
      return { code: 2, out: '', err: `${error.message}\nUsage: drover ${command.usage}` };
    throw error;
  }
}

/** The command of a line: its first word, or its first two. */
function commandOf(args: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = args.slice(0, length).join(' ');
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command) return { command, rest: args.slice(length) };
  }
  return undefined;
}

function unknownText(args: readonly string[]): string {
  const names = Object.keys(commands);
  const said = names.some((name) => name.startsWith(`${args[0]} `)) ? args.slice(0, 2).join(' ') : (args[0] ?? '');
  return `There is no command “${said}”.${didYouMean(said, names)} \`drover help\` lists them.`;
}

function helpText(): string {
  const lines = Object.values(commands).map(({ usage, does }) => `  drover ${usage}\n      ${does}`);
  return `drover: what was pushed, built, approved and rolled out, and what you may do about it.\n\n${lines.join('\n')}\n\nDROVER_URL and DROVER_TOKEN say where drover is and who you are.`;
}

/** `parseArgs` throws a TypeError with such a code (Node's util documentation). */
function isBadArguments(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
