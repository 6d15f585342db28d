import { parseArgs } from 'node:util';
import * as z from 'zod';
import { refusal } from './refusal.ts';

const pair = /^([^=]+)=(.*)$/s;
const pairs = z
  .array(z.string().regex(pair))
  .default([])
  .transform((lines) =>
    Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
  );

const Platform = z.string().regex(/^linux\/(amd64|arm64)$/, 'linux/amd64 and linux/arm64 are built here');

/** This machine's own, in OCI's words. */
export const ownPlatform = (arch: string = process.arch): string => `linux/${arch === 'x64' ? 'amd64' : arch}`;

/** `linux/arm64` is of `arm64`. */
export const architectureOf = (platform: string): string => platform.slice('linux/'.length);

/** What is said of any image. */
const Named = z.object({
  codebase: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  commit: z.string().regex(/^[0-9a-f]{40}$/, 'must be the full commit'),
  /** The commit's time, in seconds since 1970. */
  created: z.coerce.number().int().nonnegative(),
  source: z.string().optional(),
  /** In one order, whoever names them: the same platforms give the same index. */
  platforms: z
    .array(Platform)
    .default([])
    .transform((named) => (named.length > 0 ? [...new Set(named)].sort() : [ownPlatform()])),
  registry: z.string().min(1),
  /** A file that is told how many bytes the registry keeps of the image. */
  size: z.string().optional(),
});
export type Named = z.infer<typeof Named>;

/** An image that a builder left in an archive. */
const ArchiveOptions = Named.extend({ archive: z.string() });
export type ArchiveOptions = z.infer<typeof ArchiveOptions>;

/** An image that is made of a folder. */
const Options = Named.extend({
  /** `{arch}` in it becomes `amd64` or `arm64`: a folder for each platform. */
  folder: z.string(),
  entrypoint: z.string().transform((text, context) => {
    const words = z.array(z.string()).min(1).safeParse(jsonOr(text));
    if (words.success) return words.data;
    context.addIssue({ code: 'custom', message: 'must be a JSON list of words' });
    return z.NEVER;
  }),
  workdir: z.string().startsWith('/').default('/app'),
  /** The folder below it where the program starts, if it is another. */
  within: z
    .string()
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))/, 'must be a folder of the image')
    .default('.'),
  env: pairs,
  label: pairs,
  /** 65532 is "nonroot" in the distroless images. */
  user: z
    .string()
    .regex(/^[1-9]\d*(:\d+)?$/, 'must be a number other than 0')
    .default('65532:65532'),
  base: z.string().optional(),
});
export type Options = z.infer<typeof Options>;

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const flag = { type: 'string' } as const;
const flags = { type: 'string', multiple: true } as const;

/** The options of a command line; an empty one is not given, and `--base none` is none. Throws one line that names the option. */
export function optionsOf(args: string[], environment: Environment): Options {
  return parsed(Options, given(args, environment));
}

/** The same of an archive, or undefined where the command line names none. */
export function archiveOptionsOf(args: string[], environment: Environment): ArchiveOptions | undefined {
  const values = given(args, environment);
  return values.archive === undefined ? undefined : parsed(ArchiveOptions, values);
}

type Environment = Record<string, string | undefined>;

function given(args: string[], environment: Environment): Record<string, unknown> {
  const { values } = parseArgs({
    args,
    options: {
      archive: flag,
      folder: flag,
      codebase: flag,
      commit: flag,
      created: flag,
      source: flag,
      entrypoint: flag,
      workdir: flag,
      within: flag,
      env: flags,
      label: flags,
      user: flag,
      platform: flags,
      base: flag,
      size: flag,
      registry: flag,
    },
  });
  const { platform: platforms, ...others } = values;
  const said = Object.fromEntries(
    Object.entries({ ...others, platforms }).filter(
      ([name, value]) => value !== '' && !(name === 'base' && value === 'none'),
    ),
  );
  return { registry: environment.DROVER_REGISTRY, ...said };
}

function parsed<Asked>(schema: z.ZodType<Asked>, values: Record<string, unknown>): Asked {
  const found = schema.safeParse(values);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw refusal(`--${issue?.path.join('.')}: ${issue?.message}`);
}
