import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { transform } from 'esbuild';
import { cmcdTarget, watch } from '../index.js';

const url = 'https://streams.example/player/one';
const alive = { heartbeatIntervalSeconds: 30, expiresAt: '2026-01-31T20:16:30.000Z' };
const replaced = { status: 410, type: '/problems/stream-ended', reason: 'replaced', replacedBy: { deviceName: 'Laptop' }, sameDevice: false };

/** The calls that were made, and what the service returns next; the last response is repeated. */
let calls, beacons, responses, events, media, ended, renewed;

const respond = (status, body, headers = {}) => () => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
const settle = async () => { for (let turn = 0; turn < 20; turn++) await Promise.resolve(); await new Promise(setImmediate); };
const pass = async seconds => { mock.timers.tick(seconds * 1000); await settle(); };

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  [calls, beacons, responses, ended, renewed] = [[], [], [respond(200, alive)], [], []];
  mock.method(globalThis, 'fetch', async (address, options) => {
    calls.push({ address, method: options.method, at: Date.now() / 1000 });
    return (responses.length > 1 ? responses.shift() : responses[0])();
  });
  mock.method(Math, 'random', () => 1);
  events = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.addEventListener = events.addEventListener.bind(events);
  globalThis.removeEventListener = events.removeEventListener.bind(events);
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { sendBeacon: address => beacons.push(address) > 0 } });
  media = Object.assign(new EventTarget(), { paused: false, pause() { this.paused = true; } });
});

afterEach(() => mock.reset());

const begin = options => watch(media, { url, onEnded: problem => ended.push(problem), onRenewed: player => renewed.push(player), ...options });

test('sends a heartbeat each interval, that of the latest response', async () => {
  responses = [respond(200, alive), respond(200, { ...alive, heartbeatIntervalSeconds: 120 }), respond(200, alive)];
  begin();
  for (let second = 0; second < 300; second++) await pass(1);

  assert.deepEqual(calls.map(call => call.at), [30, 60, 180, 210, 240, 270, 300]);
  assert.ok(calls.every(call => call.address === `${url}/heartbeat` && call.method === 'POST'));
  assert.deepEqual([ended, media.paused], [[], false]);
});

test('is up to a tenth early, so that players spread', async () => {
  Math.random.mock.mockImplementation(() => 0);
  begin();
  await pass(26.9);
  assert.equal(calls.length, 0);
  await pass(0.1);
  assert.equal(calls.length, 1);
});

test('needs no heartbeat where there is no lease, and stops all the same', async () => {
  const watching = begin({ heartbeatIntervalSeconds: null });
  await pass(3600);
  document.dispatchEvent(new Event('visibilitychange'));
  watching.stop();
  assert.deepEqual([calls, beacons], [[], [`${url}/stop`]]);
});

test('stops at 410: the media is paused, and the reason is passed on once', async () => {
  responses = [respond(200, alive), respond(410, replaced)];
  begin();
  for (let beat = 0; beat < 10; beat++) await pass(30);

  assert.equal(calls.length, 2);
  assert.deepEqual([ended, media.paused], [[replaced], true]);
  events.dispatchEvent(new Event('pagehide'));
  assert.deepEqual(beacons, []);
});

test('stops at 401, also without a problem document', async () => {
  responses = [respond(401)];
  begin();
  await pass(30);
  await pass(30);
  assert.deepEqual([calls.length, ended, media.paused], [1, [{ status: 401 }], true]);
});

test('takes the new token', async () => {
  const next = { url: 'https://streams.example/player/two', expiresAt: '2026-02-01T20:15:00.000Z' };
  responses = [respond(200, { ...alive, player: next }), respond(200, alive)];
  const watching = begin();
  await pass(30);
  await pass(30);
  watching.stop();

  assert.deepEqual(calls.map(call => call.address), [`${url}/heartbeat`, `${next.url}/heartbeat`]);
  assert.deepEqual([renewed, beacons], [[next], [`${next.url}/stop`]]);
});

for (const [name, failure] of [
  ['the service is busy', respond(503, { status: 503 })],
  ['a proxy is in trouble', () => new Response('<html>', { status: 502 })],
  ['a proxy answers for it', () => new Response('<html>', { status: 200 })],
  ['there is no network', () => { throw new TypeError('Failed to fetch'); }],
]) {
  test(`plays on and repeats with back-off while ${name}`, async () => {
    responses = [failure, failure, failure, failure, failure, failure, failure, respond(200, alive)];
    begin();
    for (let second = 0; second < 180; second++) await pass(1);

    assert.deepEqual(calls.map(call => call.at), [30, 31, 33, 37, 45, 61, 91, 121, 151]);
    assert.deepEqual([ended, media.paused], [[], false]);
  });
}

test('waits as long as the service says', async () => {
  responses = [respond(429, { status: 429 }, { 'Retry-After': '7' }), respond(503, { status: 503 }, { 'Retry-After': '12' }), respond(200, alive)];
  begin();
  for (let second = 0; second < 80; second++) await pass(1);
  assert.deepEqual(calls.map(call => call.at), [30, 37, 49, 79]);
});

test('makes up for timers that did not run when the page is visible again', async () => {
  begin();
  document.hidden = true;
  mock.timers.setTime(3_600_000);
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  const before = calls.length;
  document.hidden = false;
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 7_200_000 });
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  assert.equal(calls.length, before + 1);
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  assert.equal(calls.length, before + 1);
});

test('frees the slot when the page is closed, by a beacon', () => {
  begin();
  events.dispatchEvent(new Event('pagehide'));
  assert.deepEqual([beacons, calls], [[`${url}/stop`], []]);
});

test('learns of its end when the browser brings the page back', async () => {
  begin();
  events.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
  responses = [respond(410, { status: 410, reason: 'stopped' })];
  events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await settle();
  assert.deepEqual([ended, media.paused], [[{ status: 410, reason: 'stopped' }], true]);
});

test('frees the slot when the media has ended, once', async () => {
  const watching = begin();
  media.dispatchEvent(new Event('ended'));
  watching.stop();
  await pass(60);
  assert.deepEqual([beacons, calls, ended], [[`${url}/stop`], [], []]);
});

test('frees the slot without beacons and without a page', async () => {
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: undefined });
  delete globalThis.document;
  globalThis.addEventListener = globalThis.removeEventListener = undefined;
  watch(null, { url }).stop();
  assert.deepEqual(calls.map(call => [call.address, call.method]), [[`${url}/stop`, 'POST']]);
});

test('a response that comes after the stop does nothing', async () => {
  let release;
  fetch.mock.mockImplementation(() => new Promise(resolve => { release = () => resolve(new Response(JSON.stringify(replaced), { status: 410 })); }));
  const watching = begin();
  await pass(30);
  watching.stop();
  release();
  await settle();
  assert.deepEqual([ended, media.paused], [[], false]);
});

test('a CMCD target reports intervals and states, and nothing else about the viewer', () => {
  const target = cmcdTarget(url, { heartbeatIntervalSeconds: 10 });
  assert.deepEqual([target.url, target.interval, target.events], [`${url}/cmcd`, 10, ['ps', 't']]);
  assert.deepEqual([target.includeKeys, target.enabledKeys], [['e', 'sta', 'ts', 'v'], ['e', 'sta', 'ts', 'v']]);
  assert.equal(cmcdTarget(url).interval, 30);
});

test('is less than 2 KB, minified', async () => {
  const { code } = await transform(await readFile(new URL('../index.js', import.meta.url), 'utf8'), { minify: true, format: 'esm' });
  assert.ok(code.length < 2048, `${code.length} bytes`);
});
