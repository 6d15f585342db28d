import type { Context } from 'aws-lambda';
import { type FunctionOptions, lambdaContext } from './context.ts';

/** A function's handler as Lambda calls it. */
export type LambdaHandler<Event> = (event: Event, context: Context) => Promise<unknown>;

export type CallOutcome =
  | { kind: 'answered'; value: unknown }
  | { kind: 'failed'; reason: string }
  | { kind: 'timed-out' };

/** Calls a handler as Lambda does: what it throws is a failed call, and past its timeout the caller hears so (its work is not stopped here). */
export async function callFunction<Event>(
  handler: LambdaHandler<Event>,
  event: Event,
  options: FunctionOptions,
): Promise<CallOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CallOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timed-out' }), options.timeoutSeconds * 1_000);
  });
  try {
    return await Promise.race([answer(handler, event, options), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer<Event>(
  handler: LambdaHandler<Event>,
  event: Event,
  options: FunctionOptions,
): Promise<CallOutcome> {
  try {
    return { kind: 'answered', value: await handler(event, lambdaContext(options)) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
