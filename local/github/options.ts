import type { Files } from '../../lib/template/files.ts';
import type { Listening } from '../http/listen.ts';
import type { Delivery } from './deliveries.ts';

export type GitHubOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Repositories and deliveries are kept here; the next start finds them. */
  folder: string;
  /** Where deliveries go: given as a function where it is known only later. */
  webhookUrl: string | (() => string);
  secret: string | (() => string);
  now: () => number;
  /** Whose account every token is; `local` if left out. Every other owner is an organisation. */
  login?: string;
  /** A free account's private repositories have no protected branches; `free` if left out. */
  plan?: 'free' | 'team';
  /** Told after every attempt to deliver, with what was answered. */
  onDelivery?: (delivery: Delivery) => void;
};

type Repository = {
  /** Where git clones from and pushes to. */
  url: string;
  /** The person's working clone, and its newest commit; undefined where none was asked for, or where the repository was made by somebody else. */
  clone?: { folder: string; commit: string };
};

type CreateOptions = {
  branch: string;
  /** A working clone is made in `clone`, its first commit of these files. It is not pushed yet. */
  seed?: Files;
  clone?: string;
  author?: { name: string; email: string };
};

export type LocalGitHub = Listening & {
  /** Base of the REST API. */
  apiUrl: string;
  /** A bare repository `owner/name`; what is there already stays as it is. */
  createRepository: (name: string, options: CreateOptions) => Promise<Repository>;
  /** Oldest first. */
  deliveries: () => Delivery[];
  /** From now on deliveries are kept back. */
  hold: () => void;
  /** Sends what was kept back, one after another, and keeps back nothing more. */
  release: (order?: 'as-pushed' | 'reverse') => Promise<Delivery[]>;
  /** Sends one again, under the same delivery id and in the same bytes; undefined where there is none. */
  redeliver: (id: number) => Promise<Delivery | undefined>;
  /** What GitHub sends when a webhook is made. */
  ping: (name: string) => Promise<Delivery>;
  /** Resolves when no request and no delivery is under way. */
  settled: () => Promise<void>;
};
