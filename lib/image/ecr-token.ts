import { ECRClient, type ECRClientConfig, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';

/** `AWS:<password>` in base64 for the registry of the credentials' account; undefined where ECR gives none. */
export async function ecrToken(config: ECRClientConfig): Promise<string | undefined> {
  const { authorizationData } = await new ECRClient(config).send(new GetAuthorizationTokenCommand({}));
  return authorizationData?.[0]?.authorizationToken;
}
