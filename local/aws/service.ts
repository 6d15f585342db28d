import * as z from 'zod';

/** A failure in AWS's own form: the exception's name as the SDK shows it, and its status. */
export class AwsFault extends Error {
  readonly status: number;
  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export type Operation = (input: unknown) => Promise<unknown>;

/** A service of AWS's JSON protocols: `X-Amz-Target: <target>.<operation>`. */
export type JsonService = {
  target: string;
  version: '1.0' | '1.1';
  operations: Record<string, Operation>;
  /** Error code of the older query protocol, which some SDKs still read (SQS). */
  queryCode?: (name: string) => string;
};

/** An operation whose input is parsed; what does not fit is answered with the service's name for that. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (input: z.infer<S>) => unknown,
  invalid = 'ValidationException',
): Operation {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new AwsFault(invalid, z.prettifyError(parsed.error));
    return run(parsed.data);
  };
}

/** AWS's timestamps in JSON: seconds, with a fraction. */
export const epochSeconds = (milliseconds: number): number => milliseconds / 1_000;
