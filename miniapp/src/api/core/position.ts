import type { Coordinates, Position } from '#shared/values/position.ts';
import type { Timers } from './drafts';

/** Why there is no position. */
export type NoPosition = 'denied' | 'unavailable' | 'timeout';

export interface WhereAmI {
  /** In GCJ-02; null when the phone may not or cannot say. */
  readonly position: Position | null;
  readonly reason: NoPosition | null;
}

/** In metres: what a receiver that says nothing is taken to be sure of. */
const UNKNOWN_ACCURACY = 1_000;
const LARGEST_ACCURACY = 1_000_000;
const PATIENCE_MS = 8_000;

const without = (reason: NoPosition): WhereAmI => ({ position: null, reason });

export const positionOf = ({ latitude, longitude }: Coordinates, accuracy: number | undefined): Position => ({
  latitude,
  longitude,
  accuracy: Math.min(Math.max(0, accuracy ?? UNKNOWN_ACCURACY), LARGEST_ACCURACY),
});

/**
 * Waits for a position as long as a person does. Never rejects: a check-in goes on without one.
 * @param ask what the platform does; rejects with the reason
 */
export function locate(ask: () => Promise<Position>, timers: Timers): Promise<WhereAmI> {
  return new Promise((resolve) => {
    const giveUp = timers.after(PATIENCE_MS, () => resolve(without('timeout')));
    const settle = (answer: WhereAmI) => {
      giveUp();
      resolve(answer);
    };
    Promise.resolve()
      .then(ask)
      .then(
        (position) => settle({ position, reason: null }),
        (reason: unknown) =>
          settle(without(reason === 'denied' || reason === 'timeout' ? reason : 'unavailable')),
      );
  });
}

/**
 * WeChat names its refusals in `errMsg`: `getLocation:fail auth deny`, `fail:auth denied`, `privacy permission is not
 * authorized`; 112 is an interface that the privacy agreement does not declare, 103 and 104 a refused agreement.
 */
export function wechatReason(error: unknown): NoPosition {
  const { errMsg = '', errno } = (error ?? {}) as { errMsg?: string; errno?: number };
  if (/auth|privacy|permission denied/i.test(errMsg) || errno === 103 || errno === 104 || errno === 112)
    return 'denied';
  return /timeout/i.test(errMsg) ? 'timeout' : 'unavailable';
}

/** The codes of `GeolocationPositionError`. */
export function browserReason({ code }: { readonly code: number }): NoPosition {
  if (code === 1) return 'denied';
  return code === 3 ? 'timeout' : 'unavailable';
}
