import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { descriptions, herdSchema } from '../../infra/herd-schema.ts';

const Properties = z.record(z.string(), z.looseObject({ description: z.string().optional() }));

it('is committed as the zod schema gives it (else: npm run generate)', () => {
  expect(readFileSync('codebases.schema.json', 'utf8')).toBe(herdSchema());
});

it('says of every key what it is for', () => {
  const found = new Set<string>();
  JSON.parse(herdSchema(), (key: string, value: unknown) => {
    if (key !== 'properties') return value;
    for (const [name, { description }] of Object.entries(Properties.parse(value))) {
      expect(description, name).toBe(descriptions[name]);
      found.add(name);
    }
    return value;
  });
  expect([...found].toSorted()).toEqual(Object.keys(descriptions).toSorted());
});

it('is what codebases.yml tells editors', () => {
  expect(readFileSync('codebases.yml', 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=\.\/codebases\.schema\.json\n/,
  );
});
