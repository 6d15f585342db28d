export type Answer = { status: number; body: unknown };

/** Thrown while a request is handled: becomes the Status object that Kubernetes answers. Source: API reference, meta/v1 Status. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(code: number, reason: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.answer = {
      status: code,
      body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code },
    };
  }
}

export const notFound = (resource: string, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });

export const alreadyExists = (resource: string, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', `${resource} "${name}" already exists`, { name, kind: resource });

export const modified = (resource: string, name: string): Refusal =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, kind: resource },
  );

export const invalid = (kind: string, name: string, causes: string[]): Refusal =>
  new Refusal(
    422,
    'Invalid',
    `${kind} "${name}" is invalid: ${causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`}`,
    { name, kind, causes: causes.map((message) => ({ message })) },
  );
