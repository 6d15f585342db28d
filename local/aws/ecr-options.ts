import type { RegistryStore } from '../registry/store.ts';
import { localAccount } from './credentials.ts';

export type EcrOptions = {
  store: RegistryStore;
  /** `host:port` of the registry whose content this is. */
  host: string;
  now: () => number;
};

/** An account's registry has the account's number. */
export const registryId = localAccount;
/** What ECR calls an input that does not fit. */
export const invalid = 'InvalidParameterException';
