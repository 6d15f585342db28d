// functions/publish-recipes.ts: at deploy, the recipes in this function's own zip are copied to where builds read them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { answerCustomResource, CustomResourceCall, customResourceEvent } from '../lib/lambda/custom-resource.ts';
import { publishRecipes, type RecipeStore, removeRecipes } from '../lib/recipe/publish-recipes.ts';

const Event = customResourceEvent(z.object({ Bucket: z.string(), Prefix: z.string().regex(/^[0-9a-f]{32}$/) }));

type Services = { client: S3Client; files: () => Map<string, Uint8Array>; put: typeof fetch };

export const handler = async (event: unknown): Promise<void> => handlePublishRecipes(event, buildServices());

function buildServices(): Services {
  const { LAMBDA_TASK_ROOT } = z.object({ LAMBDA_TASK_ROOT: z.string().default('.') }).parse(process.env);
  return { client: new S3Client({}), files: () => filesIn(join(LAMBDA_TASK_ROOT, 'recipes')), put: fetch };
}

/** Publishes or removes, and tells CloudFormation how it went, whatever happens. */
export async function handlePublishRecipes(event: unknown, { client, files, put }: Services): Promise<void> {
  const call = CustomResourceCall.parse(event);
  try {
    await answerCustomResource(put, call, { id: await carryOut(event, client, files) });
  } catch (error) {
    const failed = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    await answerCustomResource(put, call, { failed });
  }
}

/** The id names bucket and prefix: new content is a new id, and CloudFormation then asks for the old one to be deleted. */
async function carryOut(event: unknown, client: S3Client, files: Services['files']): Promise<string> {
  const request = Event.parse(event);
  if (request.RequestType === 'Delete') {
    const store = storeOf(request.PhysicalResourceId);
    if (store !== undefined) await removeRecipes(client, store);
    return request.PhysicalResourceId;
  }
  const { Bucket: bucket, Prefix: prefix } = request.ResourceProperties;
  await publishRecipes(client, { bucket, prefix }, files());
  return `${bucket}/${prefix}`;
}

function storeOf(id: string): RecipeStore | undefined {
  const [bucket, prefix, ...rest] = id.split('/');
  return bucket && prefix && rest.length === 0 ? { bucket, prefix } : undefined;
}

const filesIn = (folder: string): Map<string, Uint8Array> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
