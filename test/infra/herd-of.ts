import type { Herd } from '../../lib/codebase/codebase.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';

/** A herd of so many codebases, `c-0` and on, every other one in Rust. */
export const herdOf = (count: number): Herd =>
  resolveHerd({
    defaults: { organisation: 'flock' },
    codebases: Array.from({ length: count }, (_, n) => ({ name: `c-${n}`, language: n % 2 === 0 ? 'rust' : 'node' })),
  });
