import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { localAccount, localRegion } from './credentials.ts';
import { AwsFault, epochSeconds, type JsonService, operation } from './service.ts';

const Parameter = z.object({
  type: z.enum(['String', 'StringList', 'SecureString']),
  value: z.string(),
  version: z.number().int(),
  modifiedAt: z.number(),
});
type Parameter = z.infer<typeof Parameter>;
const Kept = z.record(z.string(), Parameter);

/** Letters, digits and `_ . - /`: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const Name = z.string().regex(/^[a-zA-Z0-9_.\-/]{1,1011}$/);

/** Parameter Store in one file that only its owner can read. A SecureString is given out in the clear only with decryption. */
export function ssmService({ folder, now }: { folder: string; now: () => number }): JsonService {
  const path = join(folder, 'parameters.json');
  const all = (): Record<string, Parameter> =>
    existsSync(path) ? Kept.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};

  return {
    target: 'AmazonSSM',
    version: '1.1',
    operations: {
      GetParameter: operation(
        z.object({ Name: z.string(), WithDecryption: z.boolean().optional() }),
        ({ Name: name, WithDecryption }) => {
          const found = all()[name];
          if (!found) throw new AwsFault('ParameterNotFound', `Parameter ${name} not found.`);
          return { Parameter: shown(name, found, WithDecryption) };
        },
      ),

      GetParameters: operation(
        z.object({ Names: z.array(z.string()).min(1).max(10), WithDecryption: z.boolean().optional() }),
        ({ Names, WithDecryption }) => {
          const known = all();
          return {
            Parameters: Names.flatMap((name) => {
              const found = known[name];
              return found ? [shown(name, found, WithDecryption)] : [];
            }),
            InvalidParameters: Names.filter((name) => !known[name]),
          };
        },
      ),

      GetParametersByPath: operation(
        z.object({
          Path: z.string().startsWith('/'),
          Recursive: z.boolean().optional(),
          WithDecryption: z.boolean().optional(),
          MaxResults: z.number().int().min(1).max(10).optional(),
          NextToken: z.string().optional(),
        }),
        ({ Path, Recursive, WithDecryption, MaxResults = 10, NextToken = '' }) => {
          const under = Path.endsWith('/') ? Path : `${Path}/`;
          const found = Object.entries(all())
            .filter(([name]) => name.startsWith(under) && (Recursive || !name.slice(under.length).includes('/')))
            .filter(([name]) => name > NextToken)
            .sort(([a], [b]) => (a < b ? -1 : 1));
          const page = found.slice(0, MaxResults);
          return {
            Parameters: page.map(([name, parameter]) => shown(name, parameter, WithDecryption)),
            ...(page.length < found.length ? { NextToken: page.at(-1)?.[0] } : {}),
          };
        },
      ),

      PutParameter: operation(
        z.object({
          Name,
          Value: z.string().min(1).max(8_192),
          Type: Parameter.shape.type.optional(),
          Overwrite: z.boolean().optional(),
        }),
        ({ Name: name, Value, Type, Overwrite }) => {
          const known = all();
          const before = known[name];
          if (before && !Overwrite)
            throw new AwsFault(
              'ParameterAlreadyExists',
              'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
            );
          const type = Type ?? before?.type;
          if (!type)
            throw new AwsFault('ValidationException', 'A parameter type is required when you create a parameter.');
          const put = { type, value: Value, version: (before?.version ?? 0) + 1, modifiedAt: now() };
          writeWhole(path, JSON.stringify({ ...known, [name]: put }, null, 1), 0o600);
          return { Version: put.version, Tier: 'Standard' };
        },
      ),

      DeleteParameter: operation(z.object({ Name: z.string() }), ({ Name: name }) => {
        const { [name]: removed, ...rest } = all();
        if (!removed) throw new AwsFault('ParameterNotFound', `Parameter ${name} not found.`);
        writeWhole(path, JSON.stringify(rest, null, 1), 0o600);
        return {};
      }),
    },
  };
}

function shown(name: string, { type, value, version, modifiedAt }: Parameter, decrypted = false) {
  return {
    Name: name,
    Type: type,
    // Without decryption AWS answers with the ciphertext; here, with a text that says so and tells nothing.
    Value: type === 'SecureString' && !decrypted ? Buffer.from(`encrypted:${name}`).toString('base64') : value,
    Version: version,
    LastModifiedDate: epochSeconds(modifiedAt),
    ARN: `arn:aws:ssm:${localRegion}:${localAccount}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
    DataType: 'text',
  };
}
