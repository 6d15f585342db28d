import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handlePublishRecipes } from '../../functions/publish-recipes.ts';
import { uploadStacks } from '../../infra/herd-plugin.ts';
import { startObjectStore } from './object-store.ts';

const [before, after] = ['a'.repeat(32), 'b'.repeat(32)];
const files = new Map(['node.yml', 'rust.yml', 'tools.zip'].map((name) => [name, Buffer.from(`content of ${name}`)]));

let store: Awaited<ReturnType<typeof startObjectStore>>;
let answers: { url: string; body: unknown; type: string | null }[];
beforeEach(async () => {
  store = await startObjectStore();
  answers = [];
});
afterEach(() => store.close());

const put: typeof fetch = async (url, init) => {
  const type = new Headers(init?.headers).get('content-type');
  answers.push({ url: String(url), body: JSON.parse(String(init?.body)), type });
  return new Response();
};
const call = (more: Record<string, unknown>) =>
  handlePublishRecipes(
    {
      ResponseURL: 'https://answer.example/signed',
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'Recipes',
      ...more,
    },
    { client: store.client, files: () => files, put },
  );
const properties = (Prefix: string) => ({ ServiceToken: 'arn', Bucket: 'recipes', Prefix });
const keys = () => [...store.objects.keys()].toSorted();

describe('the custom resource of the recipes', () => {
  it('copies its files at creation, and answers by the signed link', async () => {
    await call({ RequestType: 'Create', ResourceProperties: properties(before) });
    expect(keys()).toEqual(['node.yml', 'rust.yml', 'tools.zip'].map((name) => `recipes/${before}/${name}`));
    expect(store.objects.get(`recipes/${before}/rust.yml`)?.toString()).toContain('content of rust.yml');
    expect(answers).toEqual([
      {
        url: 'https://answer.example/signed',
        type: '',
        body: {
          Status: 'SUCCESS',
          PhysicalResourceId: `recipes/${before}`,
          StackId: 's',
          RequestId: 'r',
          LogicalResourceId: 'Recipes',
        },
      },
    ]);
  });

  it('puts new content beside the old, under a new id, and removes the old when asked to', async () => {
    await call({ RequestType: 'Create', ResourceProperties: properties(before) });
    await call({
      RequestType: 'Update',
      PhysicalResourceId: `recipes/${before}`,
      ResourceProperties: properties(after),
      OldResourceProperties: properties(before),
    });
    expect(keys()).toHaveLength(6);
    expect(answers[1]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `recipes/${after}` });
    await call({
      RequestType: 'Delete',
      PhysicalResourceId: `recipes/${before}`,
      ResourceProperties: properties(before),
    });
    expect(keys().every((key) => key.startsWith(`recipes/${after}/`))).toBe(true);
    expect(keys()).toHaveLength(3);
  });

  it('removes twice as well as once, and nothing for an id that it never gave', async () => {
    await call({ RequestType: 'Delete', PhysicalResourceId: `recipes/${before}` });
    await call({ RequestType: 'Delete', PhysicalResourceId: 'none' });
    expect(answers.map(({ body }) => body)).toMatchObject([
      { Status: 'SUCCESS' },
      { Status: 'SUCCESS', PhysicalResourceId: 'none' },
    ]);
  });

  it('answers FAILED with the reason instead of leaving the deploy to wait', async () => {
    await call({ RequestType: 'Create', ResourceProperties: { Bucket: 'recipes', Prefix: '../else' } });
    await store.close();
    await call({ RequestType: 'Create', ResourceProperties: properties(before) });
    expect(answers.map(({ body }) => body)).toMatchObject([
      { Status: 'FAILED', PhysicalResourceId: 'none', Reason: expect.stringContaining('Prefix') },
      { Status: 'FAILED', Reason: expect.stringMatching(/ECONNREFUSED|Error/) },
    ]);
    store = await startObjectStore();
  });
});

it('the templates of the nested stacks are uploaded where the main one says', async () => {
  const stacks = [
    { id: 'Herd03', codebases: ['shop'], body: '{"Resources":{}}', key: 'serverless/drover/prod/herd/ab.json' },
  ];
  const { endpoint } = store;
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  await uploadStacks(stacks, {
    getServerlessDeploymentBucketName: async () => 'deployments',
    getAwsSdkV3Config: async () => ({ endpoint, region: 'eu-central-1', forcePathStyle: true, credentials }),
  });
  expect(keys()).toEqual(['deployments/serverless/drover/prod/herd/ab.json']);
});
