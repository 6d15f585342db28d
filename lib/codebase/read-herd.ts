import type { Herd } from './codebase.ts';
import { HerdFile } from './herd-file.ts';
import { resolveHerd } from './resolve-herd.ts';

/** The herd from `herd.json`, which packaging wrote from a checked `codebases.yml`. Throws where it is not of that shape. */
export const readHerd = (json: string): Herd => resolveHerd(HerdFile.parse(JSON.parse(json)));

/** What `readHerd` reads: compact JSON, defaults once. Functions then carry no YAML parser. */
export const herdJson = (file: HerdFile): string => JSON.stringify(file);
