const backOffSeconds = failures => Math.min(2 ** failures, 30) * (0.5 + Math.random() / 2);

// Works while a page is closed, and needs no preflight.
const post = url => globalThis.navigator?.sendBeacon?.(url) || fetch(url, { method: 'POST', keepalive: true }).catch(() => {});

export function watch(media, { url, heartbeatIntervalSeconds: interval = 30, onEnded, onRenewed }) {
  let timer, due, failures = 0, beating = false, over = false;
  const listeners = [];

  const on = (target, type, listener) => {
    target?.addEventListener?.(type, listener);
    listeners.push(() => target?.removeEventListener?.(type, listener));
  };

  const after = seconds => {
    clearTimeout(timer);
    due = Date.now() + seconds * 1000;
    timer = setTimeout(beat, seconds * 1000);
  };

  // A little earlier than it must be, so that players that started together do not stay together.
  const next = () => interval ? after(interval * (0.9 + Math.random() / 10)) : due = Infinity;

  const end = () => {
    over = true;
    clearTimeout(timer);
    listeners.forEach(remove => remove());
  };

  const stop = () => {
    if (!over) {
      end();
      post(`${url}/stop`);
    }
  };

  async function beat() {
    if (over || beating) {
      return;
    }

    beating = true;
    clearTimeout(timer);
    let response, body;
    try {
      response = await fetch(`${url}/heartbeat`, { method: 'POST', signal: AbortSignal.timeout?.(10_000) });
      body = await response.json();
    } catch {
      // No response, or none of the service: repeated below.
    }

    beating = false;
    if (over) {
      return;
    }

    if (response?.status === 410 || response?.status === 401) {
      end();
      media?.pause?.();
      onEnded?.(body ?? { status: response.status });
    } else if (response?.ok && body) {
      failures = 0;
      interval = body.heartbeatIntervalSeconds;
      if (body.player) {
        url = body.player.url;
        onRenewed?.(body.player);
      }

      next();
    } else {
      after(Math.max(Number(response?.headers.get('Retry-After')) || 0, backOffSeconds(failures++)));
    }
  }

  // Timers of hidden pages are late, and those of sleeping devices do not run.
  on(globalThis.document, 'visibilitychange', () => !document.hidden && Date.now() >= due && beat());

  // A page that the browser keeps may come back: its heartbeat then learns that the stream is over.
  on(globalThis, 'pagehide', () => post(`${url}/stop`));
  on(globalThis, 'pageshow', event => event.persisted && beat());
  on(media, 'ended', stop);
  next();
  return { stop };
}

export const cmcdTarget = (url, { heartbeatIntervalSeconds: interval = 30 } = {}) => {
  // hls.js and Shaka Player read includeKeys, dash.js enabledKeys.
  const keys = ['e', 'sta', 'ts', 'v'];
  return { url: `${url}/cmcd`, enabled: true, events: ['ps', 't'], interval, batchSize: 1, includeKeys: keys, enabledKeys: keys };
};
