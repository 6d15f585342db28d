import * as z from 'zod';

const common = {
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
};

/** What CloudFormation sends to a custom resource. Source: CloudFormation user guide, "Custom resource request objects". */
export const customResourceEvent = <P extends z.ZodType>(properties: P) =>
  z.discriminatedUnion('RequestType', [
    z.object({ RequestType: z.literal('Create'), ResourceProperties: properties, ...common }),
    z.object({
      RequestType: z.literal('Update'),
      ResourceProperties: properties,
      PhysicalResourceId: z.string(),
      ...common,
    }),
    z.object({ RequestType: z.literal('Delete'), PhysicalResourceId: z.string(), ...common }),
  ]);

/** The part of the event that the answer needs; it parses even where the rest does not. */
export const CustomResourceCall = z.object({ ...common, PhysicalResourceId: z.string().optional() });
export type CustomResourceCall = z.infer<typeof CustomResourceCall>;

/** Answers CloudFormation by the signed link that it gave: without an answer a deploy waits for its timeout. */
export async function answerCustomResource(
  put: typeof fetch,
  call: CustomResourceCall,
  outcome: { id: string } | { failed: string },
): Promise<void> {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = call;
  // A failed Create gets an id that its own Delete, which follows at once, will recognise as nothing.
  const told =
    'id' in outcome
      ? { Status: 'SUCCESS', PhysicalResourceId: outcome.id }
      : {
          Status: 'FAILED',
          PhysicalResourceId: call.PhysicalResourceId ?? 'none',
          Reason: outcome.failed.slice(0, 1_000),
        };
  const body = JSON.stringify({ ...told, StackId, RequestId, LogicalResourceId });
  // The link is signed for an empty content type.
  const answer = await put(ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answer.ok) throw new Error(`CloudFormation's link answered ${answer.status}`);
}
