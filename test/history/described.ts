import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { z } from 'zod';
import type { HttpResponse } from '../../lib/lambda/http.ts';
import description from '../../openapi.json' with { type: 'json' };

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(description, 'openapi.json');

const Operation = z.object({
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
});
const Paths = z.record(z.string(), z.record(z.string(), Operation));

/** Expects an answer to be one that the published description names, with a body of the shape that it gives. */
export function described(path: string, method: string, { status, headers, body }: HttpResponse): void {
  const type = headers['content-type'] ?? '';
  const content = Paths.parse(description.paths)[path]?.[method]?.responses[status]?.content;
  expect(content?.[type], `${method} ${path} may answer ${status} as ${type}`).toBeDefined();
  const pointer = ['paths', path, method, 'responses', `${status}`, 'content', type, 'schema'].map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.compile({ $ref: `openapi.json#/${pointer.join('/')}` });
  expect(validate(JSON.parse(body)), JSON.stringify(validate.errors)).toBe(true);
}
