import { join } from 'node:path';
import { startRegistry } from '../../local/registry/registry.ts';
import { newFolder } from '../codebuild/git-repository.ts';
import { imagePushContract } from '../contracts/image-push.ts';

imagePushContract('the local registry', async () => {
  const { folder, remove } = newFolder();
  const registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now: Date.now, immutable: true });
  return {
    host: registry.host,
    close: async () => {
      await registry.close();
      remove();
    },
  };
});
