import { type TestFunction, test } from 'vitest';

/** Against which engine a contract runs. */
export type Engine = 'ours' | 'moto';

/** A case in which moto 5.2.5 does not do what AWS documents: it runs against ours alone, and says why. */
export function unlessMoto(engine: Engine, reason: string): (name: string, run: TestFunction) => void {
  return (name, run) => (engine === 'moto' ? test.skip(`${name} (moto: ${reason})`, run) : test(name, run));
}

/** The name of what a call of an SDK client threw; undefined where it threw nothing. */
export async function thrownName(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
