import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export type RecipeStore = { bucket: string; prefix: string };

/** Copies the files under the prefix. Doing it again writes the same. */
export async function publishRecipes(
  client: S3Client,
  { bucket, prefix }: RecipeStore,
  files: Map<string, Uint8Array>,
): Promise<void> {
  for (const [name, body] of files)
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${name}`, Body: body }));
}

/** Deletes what lies under the prefix, page by page; that nothing does is fine. */
export async function removeRecipes(client: S3Client, { bucket, prefix }: RecipeStore): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
    if (Contents.length === 0) return;
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error !== undefined) throw new Error(`cannot delete ${error.Key}: ${error.Code}`);
  }
}
