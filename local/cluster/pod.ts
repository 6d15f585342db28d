// A pod's whole life in one file, longer than others: its steps share one state, and taking them apart would hide their order.

import * as z from 'zod';
import { type Command, containerCommand } from './container-command.ts';
import { type ContainerProcess, type Ended, startProcess } from './container-process.ts';
import { freePort } from './free-port.ts';
import type { Container, Template } from './objects.ts';
import { probe } from './probe.ts';
import type { ProcessLedger } from './process-ledger.ts';
import type { PulledImage } from './pull-image.ts';

type Waiting = { reason: string; message: string };
export type ContainerState = {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  restartCount: number;
  waiting: Waiting | undefined;
  runningSince: number | undefined;
  last: (Ended & { startedAt: number; finishedAt: number; log: string }) | undefined;
  port: number | undefined;
  log: () => string;
};

/** A running pod. `ports` are of this machine; `inFlight` counts requests that the service sent it and that are not answered yet. */
export type Pod = {
  containers: ContainerState[];
  ready: () => boolean;
  readySince: number | undefined;
  terminating: boolean;
  inFlight: number;
  /** Takes no new request, finishes those under way, then SIGTERM, then SIGKILL after the grace period (the pod's own, unless a shorter one is given). Ends when all is gone. */
  end: (graceMs?: number) => Promise<void>;
};

export type PodOptions = {
  pull: (image: string) => Promise<PulledImage>;
  ledger: ProcessLedger;
  host: { path: string; home: string };
  now: () => number;
  /** Called after every change of the pod's state. */
  changed: () => void;
  event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  /** First wait before a crashed container is started again, or an image is pulled again; doubled each time, up to 30 times it. */
  backOffMs: number;
};

/** How often a container that is not ready yet is asked, where its probe's period is longer. */
const STARTUP_PERIOD = 100;

/** Starts a pod: its containers as processes of this machine, pulled, probed, and restarted when they end. */
export function startPod(template: Template, options: PodOptions): Pod {
  const { now, changed } = options;
  const stop = new AbortController();
  const processes = new Set<ContainerProcess>();
  const containers = template.spec.containers.map(
    (container): ContainerState => ({
      name: container.name,
      image: container.image,
      imageID: '',
      ready: false,
      restartCount: 0,
      waiting: { reason: 'ContainerCreating', message: '' },
      runningSince: undefined,
      last: undefined,
      port: undefined,
      log: () => '',
    }),
  );
  const pod: Pod = {
    containers,
    ready: () => !pod.terminating && containers.every(({ ready }) => ready),
    readySince: undefined,
    terminating: false,
    inFlight: 0,
    end,
  };
  const update = () => {
    pod.readySince = pod.ready() ? (pod.readySince ?? now()) : undefined;
    changed();
  };

  const lives = template.spec.containers.map((container, index) => {
    const state = containers[index];
    return state ? live(container, state) : Promise.resolve();
  });

  async function live(container: Container, state: ContainerState): Promise<void> {
    const refused = container.env?.find(({ valueFrom }) => valueFrom !== undefined);
    if (refused) {
      state.waiting = {
        reason: 'CreateContainerConfigError',
        message: missingSource(refused),
      };
      return update();
    }
    const image = await pulled(container.image, state);
    if (!image || stop.signal.aborted) return;
    state.imageID = `${container.image.replace(/[@:][^/]*$/, '')}@${image.digest}`;
    for (let crashes = 0; !stop.signal.aborted; crashes += 1) {
      const startedAt = now();
      const { exitCode, signal, log } = await run(container, state, image);
      state.last = { exitCode, signal, log, startedAt, finishedAt: now() };
      state.ready = false;
      state.runningSince = undefined;
      if (stop.signal.aborted) break;
      // The kubelet forgets a crash after ten minutes without one.
      if (now() - startedAt > 600_000) crashes = 0;
      state.waiting = { reason: 'CrashLoopBackOff', message: `back-off restarting failed container ${container.name}` };
      options.event(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${container.name}, exit code ${exitCode}`,
      );
      update();
      // The first restart comes at once, as the kubelet's does.
      if (crashes > 0)
        await pause(Math.min(options.backOffMs * 2 ** (crashes - 1), options.backOffMs * 30), stop.signal);
      if (stop.signal.aborted) break;
      state.restartCount += 1;
    }
  }

  async function pulled(image: string, state: ContainerState): Promise<PulledImage | undefined> {
    for (let tries = 0; !stop.signal.aborted; tries += 1) {
      try {
        return await options.pull(image);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        state.waiting = { reason: 'ErrImagePull', message };
        options.event('Warning', 'Failed', message);
        update();
        await pause(Math.min(options.backOffMs * 2 ** tries, options.backOffMs * 30) / 2, stop.signal);
        state.waiting = {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
        };
        update();
        await pause(Math.min(options.backOffMs * 2 ** tries, options.backOffMs * 30) / 2, stop.signal);
      }
    }
    return undefined;
  }

  async function run(
    container: Container,
    state: ContainerState,
    image: PulledImage,
  ): Promise<Ended & { log: string }> {
    state.port = container.ports?.length ? await freePort() : undefined;
    let command: Command;
    try {
      command = containerCommand(image, container, options.host, state.port);
    } catch (error) {
      return { exitCode: 127, signal: undefined, log: error instanceof Error ? error.message : String(error) };
    }
    if (stop.signal.aborted) return { exitCode: 0, signal: undefined, log: '' };
    const process = startProcess(command, options.ledger);
    processes.add(process);
    state.log = process.log;
    state.waiting = undefined;
    state.runningSince = now();
    options.event('Normal', 'Started', `Started container ${container.name}`);
    const over = new AbortController();
    const probing = probeUntil(over.signal, container, state);
    update();
    const ended = await process.ended;
    over.abort();
    await probing;
    processes.delete(process);
    return { ...ended, log: process.log() };
  }

  async function probeUntil(over: AbortSignal, { readinessProbe }: Container, state: ContainerState): Promise<void> {
    const { port } = state;
    if (!readinessProbe?.httpGet || port === undefined) {
      state.ready = true;
      return;
    }
    await pause(readinessProbe.initialDelaySeconds * 1_000, over);
    let said = '';
    for (let failures = 0; !over.aborted; ) {
      const { ready, message } = await probe(port, readinessProbe.httpGet.path, readinessProbe.timeoutSeconds * 1_000);
      failures = ready ? 0 : failures + 1;
      const was = state.ready;
      if (ready) state.ready = !over.aborted;
      else if (failures >= readinessProbe.failureThreshold) state.ready = false;
      if (!ready && failures >= readinessProbe.failureThreshold && message !== said)
        options.event('Warning', 'Unhealthy', message);
      said = message;
      if (state.ready !== was) update();
      await pause(
        state.ready
          ? readinessProbe.periodSeconds * 1_000
          : Math.min(readinessProbe.periodSeconds * 1_000, STARTUP_PERIOD),
        over,
      );
    }
  }

  async function end(graceMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (!pod.terminating) {
      pod.terminating = true;
      update();
    }
    const deadline = now() + Math.min(graceMs, template.spec.terminationGracePeriodSeconds * 1_000);
    while (pod.inFlight > 0 && now() < deadline) await pause(10, new AbortController().signal);
    stop.abort();
    for (const process of processes) process.signal('SIGTERM');
    const killer = setTimeout(
      () => {
        for (const process of processes) process.signal('SIGKILL');
      },
      Math.max(0, deadline - now()),
    );
    await Promise.all(lives);
    clearTimeout(killer);
  }

  return pod;
}

/** Neither Secrets nor ConfigMaps are kept here: each is missing, in the kubelet's words. */
function missingSource({ name, valueFrom }: NonNullable<Container['env']>[number]): string {
  const source = Source.safeParse(valueFrom).data;
  if (source?.secretKeyRef) return `secret "${source.secretKeyRef.name}" not found`;
  if (source?.configMapKeyRef) return `configmap "${source.configMapKeyRef.name}" not found`;
  return `the value of ${name} comes from elsewhere, which is not kept here`;
}

const Named = z.object({ name: z.string() });
const Source = z.object({ secretKeyRef: Named.optional(), configMapKeyRef: Named.optional() });

function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    over.addEventListener('abort', done);
  });
}
