import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, thrownName } from './engine.ts';

export type StartedSsm = { client: SSMClient; close: () => Promise<void> };

/** What drover relies on in Parameter Store: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html */
export function ssmContract(engine: Engine, start: () => Promise<StartedSsm>): void {
  describe(`SSM: ${engine}`, () => {
    let ssm: StartedSsm;
    beforeAll(async () => {
      ssm = await start();
    });
    afterAll(() => ssm.close());

    const put = (Name: string, Value: string, Overwrite = false) =>
      ssm.client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite }));
    const get = async (Name: string, WithDecryption: boolean) =>
      (await ssm.client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

    test('a secret is readable with decryption alone', async () => {
      await put('/drover/one', 'secret');
      expect(await get('/drover/one', true)).toMatchObject({ Value: 'secret', Type: 'SecureString', Version: 1 });
      expect((await get('/drover/one', false))?.Value).not.toBe('secret');
    });

    test('it is replaced only where that is asked for, and its version counts', async () => {
      await put('/drover/two', 'old');
      expect(await thrownName(put('/drover/two', 'new'))).toBe('ParameterAlreadyExists');
      expect((await put('/drover/two', 'new', true)).Version).toBe(2);
      expect((await get('/drover/two', true))?.Value).toBe('new');
    });

    test('one that is not there: an exception, or named as invalid among several', async () => {
      await put('/drover/three', 'there');
      expect(await thrownName(get('/drover/none', true))).toBe('ParameterNotFound');
      const several = await ssm.client.send(
        new GetParametersCommand({ Names: ['/drover/three', '/drover/none'], WithDecryption: true }),
      );
      expect(several.Parameters?.map(({ Value }) => Value)).toEqual(['there']);
      expect(several.InvalidParameters).toEqual(['/drover/none']);
    });

    test('all under a path, in pages, deeper ones when asked', async () => {
      for (const name of ['a', 'b', 'c/d']) await put(`/paths/${name}`, name);
      const under = async (Recursive: boolean) => {
        const values: (string | undefined)[] = [];
        let NextToken: string | undefined;
        do {
          const page = await ssm.client.send(
            new GetParametersByPathCommand({
              Path: '/paths',
              Recursive,
              WithDecryption: true,
              MaxResults: 1,
              NextToken,
            }),
          );
          values.push(...(page.Parameters ?? []).map(({ Value }) => Value));
          NextToken = page.NextToken;
        } while (NextToken);
        return values.sort();
      };
      expect(await under(false)).toEqual(['a', 'b']);
      expect(await under(true)).toEqual(['a', 'b', 'c/d']);
    });
  });
}
