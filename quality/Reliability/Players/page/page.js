// A page of a platform: it plays what its backend has started, by one of the players, and goes dark when the stream has ended elsewhere.
import * as dashjs from 'dashjs';
import Hls from 'hls.js';
import { cmcdTarget, watch } from 'stream-checker-player';

const video = document.getElementById('video');
const message = document.getElementById('message');

// What the tests read.
window.page = { ended: null, endedAt: null, contentEndedAt: null };
video.addEventListener('ended', () => page.contentEndedAt ??= Date.now());

function over(ended) {
  page.endedAt ??= Date.now();
  page.ended ??= ended;
  video.pause();
  message.textContent = `Stopped: ${ended.reason}, now on ${ended.replacedBy?.deviceName ?? 'no other device'}.`;
}

const beacon = url => addEventListener('pagehide', () => navigator.sendBeacon(`${url}/stop`));

const players = {
  'watch'(started) {
    const hls = new Hls();
    watch(video, { ...started.player, heartbeatIntervalSeconds: started.heartbeatIntervalSeconds, onEnded: ended => { over(ended); hls.destroy(); } });
    hls.loadSource('/media/master.m3u8');
    hls.attachMedia(video);
  },

  'hls.js'(started) {
    const { url } = started.player;
    const hls = new Hls({
      cmcd: {
        version: 2,
        includeKeys: [],
        eventTargets: [cmcdTarget(url, started)],
        loader: async request => {
          const response = await fetch(request.url, request);
          if (response.status === 410) {
            over(await response.json());
            hls.destroy();
          }

          return response;
        },
      },
    });
    hls.loadSource('/media/master.m3u8');
    hls.attachMedia(video);
    beacon(url);
  },

  'dash.js'(started) {
    const { url } = started.player;
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ streaming: { cmcd: { enabled: true, version: 2, enabledKeys: [], eventTargets: [cmcdTarget(url, started)] } } });
    player.addResponseInterceptor(async response => {
      if (response.request.url.startsWith(url) && response.status === 410) {
        over(JSON.parse(new TextDecoder().decode(response.data)));
        player.destroy();
      }

      return response;
    });
    player.initialize(video, new URL('/media/stream.mpd', location).href, true);
    beacon(url);
  },

  async 'Shaka Player'(started) {
    const { url } = started.player;
    const player = new shaka.Player();
    await player.attach(video);
    player.configure({ cmcd: { enabled: true, version: 2, eventTargets: [cmcdTarget(url, started)] } });
    player.addEventListener('downloadfailed', async event => {
      if (event.request.uris[0].startsWith(url) && event.httpResponseCode === 410 && !page.ended) {
        // The event has no body; that of the heartbeat's response is the same.
        over(await (await fetch(`${url}/heartbeat`, { method: 'POST' })).json());
        await player.unload();
      }
    });

    // The minified builds of version 5.2.12 lose the state.
    video.addEventListener('ended', () => navigator.sendBeacon(`${url}/stop`));
    await player.load(new URL('/media/stream.mpd', location).href);
    beacon(url);
  },
};

window.play = async (name, started) => {
  await players[name](started);
  await video.play().catch(() => {});
};
