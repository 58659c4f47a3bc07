/** `player` of the response to a start. */
export interface Player {
  /** The base URL of the player's calls. It holds a token: it belongs to this player only. */
  url: string;
  /** The time when the token expires, in RFC 3339. */
  expiresAt: string;
}

/** Why heartbeats ended: the problem document of the response. */
export interface Ended {
  /** 410: the stream has ended. 401: the token is not valid; start the stream again, through the platform's backend. */
  status: 410 | 401;
  type?: string;
  title?: string;
  detail?: string;
  /** With 410: why the stream ended. */
  reason?: 'expired' | 'stopped' | 'replaced' | 'unknown';
  /** If it was replaced: the stream that replaced it. */
  replacedBy?: { id: string; streamId: string; deviceName: string | null };
  /** If it was replaced: whether by a stream on the same device. There is then nothing to show to the viewer. */
  sameDevice?: boolean;
}

/** What is played: a media element, or anything that can pause and says when it has ended. */
export interface Media {
  pause?(): void;
  addEventListener?(type: 'ended', listener: () => void): void;
  removeEventListener?(type: 'ended', listener: () => void): void;
}

export interface WatchOptions {
  /** `player.url` of the response to the start. */
  url: string;
  /** `heartbeatIntervalSeconds` of the response to the start; null if no heartbeats are needed. 30 by default. */
  heartbeatIntervalSeconds?: number | null;
  /** The stream has ended, and the media was paused: take it away, and tell the viewer why. */
  onEnded?(ended: Ended): void;
  /** The service has issued a new token. `watch` uses it; pass it on to whatever else has the URL. */
  onRenewed?(player: Player): void;
}

export interface Watch {
  /** Ends the stream, so that another can start at once. */
  stop(): void;
}

/**
 * Sends the heartbeats of a stream until it ends, repeats those that fail, and frees the stream's slot when the media has ended or the page is
 * closed. When the stream has ended elsewhere, it pauses the media and calls `onEnded`.
 */
export function watch(media: Media | null | undefined, options: WatchOptions): Watch;

/** An element of `cmcd.eventTargets` of hls.js, dash.js and Shaka Player. */
export interface CmcdTarget {
  url: string;
  enabled: true;
  events: ('ps' | 't')[];
  interval: number;
  batchSize: number;
  includeKeys: ('e' | 'sta' | 'ts' | 'v')[];
  enabledKeys: ('e' | 'sta' | 'ts' | 'v')[];
}

/** Lets a player that supports CMCD version 2 send its own events as heartbeats, in place of `watch`. */
export function cmcdTarget(url: string, options?: { heartbeatIntervalSeconds?: number }): CmcdTarget;
