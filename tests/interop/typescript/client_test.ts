// A client that protoc-gen-es generates, against a real server.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {afterEach, beforeEach, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import type {DescMessage, MessageInitShape, MessageShape} from '@bufbuild/protobuf';
import {type Client, Code, ConnectError, createClient} from '@connectrpc/connect';
import {createGrpcTransport, Http2SessionManager} from '@connectrpc/connect-node';

import {
  ChangeService,
  type WatchChangesResponse,
} from './generated/consilium/v1/change_service_pb.js';
import {RegistryService} from './generated/consilium/v1/registry_service_pb.js';
import {Phase, type Trial, type TrialSchema} from './generated/consilium/v1/trial_pb.js';
import {TrialService} from './generated/consilium/v1/trial_service_pb.js';
import {BadRequestSchema, ErrorInfoSchema} from './generated/google/rpc/error_details_pb.js';
import {ServerProcess} from './server_process.js';

const DEADLINE_MS = 20_000;
const RETRY_DELAY_MS = 50;
// How a stream ends whose server goes away; a connection that closes reads as
// a cancellation.
// Aborted is what this client makes of a connection that was reset.
const INTERRUPTIONS = [Code.Unavailable, Code.Canceled, Code.Aborted];
const REGISTRY = 'registries/interop';

let server: ServerProcess;
let session: Http2SessionManager;
let trials: Client<typeof TrialService>;
let changes: Client<typeof ChangeService>;

beforeEach(async () => {
  server = new ServerProcess();
  await server.start();
  const baseUrl = `http://${server.address}`;
  session = new Http2SessionManager(baseUrl);
  const transport = createGrpcTransport(
      {baseUrl, sessionManager: session, defaultTimeoutMs: DEADLINE_MS});
  trials = createClient(TrialService, transport);
  changes = createClient(ChangeService, transport);
  const registry = await createClient(RegistryService, transport)
      .createRegistry({registryId: 'interop', registry: {title: 'Interop'}});
  assert.equal(registry.name, REGISTRY);
  assert.equal(registry.title, 'Interop');
});

afterEach(async () => {
  session.abort();
  await server.close();
});

function create(
    trialId: string, trial: MessageInitShape<typeof TrialSchema>,
    requestId = ''): Promise<Trial> {
  return trials.createTrial({
    parent: REGISTRY,
    trialId,
    requestId,
    trial,
    change: {author: 'a.meyer', message: `Read ${trialId}`},
  });
}

function get(trialId: string): Promise<Trial> {
  return trials.getTrial({name: `${REGISTRY}/trials/${trialId}`});
}

// The error of a call that must fail.
async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ConnectError);
    return error;
  }
  assert.fail('the call did not fail');
}

// The one detail of that kind which an error carries.
function detail<T extends DescMessage>(
    error: ConnectError, schema: T): MessageShape<T> {
  const [found, ...others] = error.findDetails(schema);
  assert.ok(found, `${error.message} has no ${schema.typeName}`);
  assert.equal(others.length, 0);
  return found;
}

test('lists pages of one version', async () => {
  for (let i = 0; i < 7; ++i) {
    await create(`t${i}`, {title: `Trial ${i}`, phases: [Phase.PHASE2]});
  }
  const sizes: number[] = [];
  const names: Array<string|undefined> = [];
  const frontiers = new Set<string>();
  let pageToken = '';
  do {
    const page =
        await trials.listTrials({parent: REGISTRY, pageSize: 3, pageToken});
    sizes.push(page.trials.length);
    names.push(...page.trials.map((trial) => trial.name));
    frontiers.add(page.frontier);
    pageToken = page.nextPageToken;
    await create(`t8-${sizes.length}`, {title: 'Later'});
  } while (pageToken !== '');
  assert.deepEqual(sizes, [3, 3, 1]);
  assert.deepEqual(
      names, [0, 1, 2, 3, 4, 5, 6].map((i) => `${REGISTRY}/trials/t${i}`));
  assert.equal(frontiers.size, 1);
});

test('updates with the etag that was read', async () => {
  const created = await create('laura', {title: 'LAURA', countries: ['CN']});
  assert.equal(created.acronym, undefined);
  assert.equal(created.createTime !== undefined, true);
  const read = await get('laura');
  assert.equal(read.etag, created.etag);
  const updated = await trials.updateTrial({
    trial: {name: read.name, etag: read.etag, acronym: 'LAURA', title: 'not set'},
    updateMask: {paths: ['acronym']},
  });
  assert.equal(updated.acronym, 'LAURA');
  assert.equal(updated.title, 'LAURA');
  assert.deepEqual(updated.countries, ['CN']);
  assert.notEqual(updated.etag, read.etag);
});

test('a stale etag tells the current one', async () => {
  const first = await create('laura', {title: 'LAURA'});
  const second = await trials.updateTrial(
      {trial: {name: first.name, etag: first.etag, title: 'Somebody else'}});
  const stale = {name: first.name, etag: first.etag, title: 'Mine'};
  const error = await errorOf(trials.updateTrial({trial: stale}));
  assert.equal(error.code, Code.Aborted);
  const info = detail(error, ErrorInfoSchema);
  assert.equal(info.domain, 'consilium');
  assert.equal(info.reason, 'STALE_ETAG');
  assert.deepEqual(info.metadata, {
    record: 'trials/laura',
    etag: first.etag,
    current_etag: second.etag,
  });
  assert.equal((await get('laura')).title, 'Somebody else');
  // What the error tells is enough to decide and try again.
  const mine = await trials.updateTrial(
      {trial: {...stale, etag: info.metadata.current_etag}});
  assert.equal(mine.title, 'Mine');
});

test('bad input names every field', async () => {
  const error = await errorOf(
      create('laura', {plannedParticipantCount: 0, startDate: 'yesterday'}));
  assert.equal(error.code, Code.InvalidArgument);
  const fields = detail(error, BadRequestSchema).fieldViolations.map(
      (violation) => violation.field);
  assert.deepEqual(
      fields.sort(), ['trial.plannedParticipantCount', 'trial.startDate']);
});

test('a call without deadline is refused', async () => {
  const error =
      await errorOf(trials.listTrials({parent: REGISTRY}, {timeoutMs: 0}));
  assert.equal(error.code, Code.InvalidArgument);
  assert.equal(detail(error, ErrorInfoSchema).reason, 'DEADLINE_MISSING');
});

test('text beyond ASCII survives', async () => {
  const title = 'Étude 试验 – 50 % ± 3 Gy 😀';
  await create('etude', {title});
  assert.equal((await get('etude')).title, title);
  const error = await errorOf(get('é'));
  assert.equal(error.code, Code.InvalidArgument);
  assert.match(error.message, /é/);
});

test('a repeated request is answered as the first', async () => {
  const requestId = randomUUID();
  const first = await create('laura', {title: 'LAURA'}, requestId);
  const again = await create('laura', {title: 'LAURA'}, requestId);
  assert.deepEqual(again, first);
});

// What a registry's watch sends; goes on where it was when the server goes
// away and comes back.
async function* watch(
    signal: AbortSignal,
    interruptions: ConnectError[]): AsyncGenerator<WatchChangesResponse> {
  let sinceRevision = 0n;
  let replica: string|undefined;
  while (!signal.aborted) {
    try {
      const stream = changes.watchChanges(
          {parent: REGISTRY, sinceRevision, replica}, {signal, timeoutMs: 0});
      for await (const message of stream) {
        sinceRevision = message.revision;
        replica = message.replica;
        yield message;
      }
    } catch (error) {
      const failure = ConnectError.from(error);
      if (signal.aborted) return;
      if (!INTERRUPTIONS.includes(failure.code)) throw failure;
      interruptions.push(failure);
      await sleep(RETRY_DELAY_MS);
    }
  }
}

test('follows a watch through restarts', async () => {
  const stop = new AbortController();
  const interruptions: ConnectError[] = [];
  const watched = watch(stop.signal, interruptions);
  const next = async () => (await watched.next()).value as WatchChangesResponse;
  assert.equal((await next()).revision, 1n);  // The founding.
  for (const [trialId, signal, code] of [
           ['t1', 'SIGTERM', 0],
           ['t2', 'SIGKILL', null],
           ['t3', undefined, undefined],
         ] as const) {
    const created = await create(trialId, {title: trialId});
    const message = await next();
    assert.equal(message.revision, BigInt(created.revision ?? ''));
    assert.equal(message.changes.length, 1);
    const [{info, assignments}] = message.changes;
    assert.equal(info?.author, 'a.meyer');
    assert.equal(info?.message, `Read ${trialId}`);
    assert.ok(assignments.some((each) => each.path === 'title'));
    assert.ok(assignments.every((each) => each.record === created.name));
    if (signal !== undefined) {
      const resumed = next();
      assert.equal(await server.end(signal), code);
      await server.start();
      // The watch is open again, or will be, when this arrives.
      const between = await create(`${trialId}-after`, {title: 'After'});
      assert.equal((await resumed).revision, BigInt(between.revision ?? ''));
    }
  }
  assert.ok(interruptions.length >= 2);
  // A server that stops says so.
  assert.equal(
      detail(interruptions[0], ErrorInfoSchema).reason, 'SERVER_STOPPING');
  stop.abort();
  await watched.return(undefined);
});
