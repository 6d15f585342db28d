import { DescribeRepositoriesCommand, type ECRClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr';

/** Whether ECR has a codebase's repository. The client's other errors are thrown. */
export async function repositoryExists(client: ECRClient, codebase: string): Promise<boolean> {
  try {
    await client.send(new DescribeRepositoriesCommand({ repositoryNames: [`drover/${codebase}`] }));
    return true;
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) return false;
    throw error;
  }
}
