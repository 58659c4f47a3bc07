// Compiled, not run: the uses that the README shows.
import { cmcdTarget, watch, type Ended, type Player } from '../index.js';

declare const video: HTMLVideoElement;
declare const started: { heartbeatIntervalSeconds: number | null; player: Player };

const watching = watch(video, {
  ...started.player,
  heartbeatIntervalSeconds: started.heartbeatIntervalSeconds,
  onEnded: (ended: Ended) => {
    const by: string | null | undefined = ended.replacedBy?.deviceName;
    video.title = ended.sameDevice ? '' : `${ended.reason} ${by}`;
  },
  onRenewed: player => new Date(player.expiresAt),
});
watching.stop();
watch(null, { url: started.player.url });
const targets: { url: string; interval?: number; events?: string[] }[] = [cmcdTarget(started.player.url, { heartbeatIntervalSeconds: 10 })];

// @ts-expect-error The URL is required.
watch(video, {});
// @ts-expect-error There is no such reason.
const reason: Ended['reason'] = 'evicted';
void [targets, reason];
