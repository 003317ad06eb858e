import { type Command, Redis } from 'ioredis';
import { alarm } from './patience.ts';

/** So long anybody waits for an answer of Redis; after twice that without a word it is given up. */
const ANSWER_MS = 1_000;

/** Gives up what Redis does not answer, but not what this process only was too busy to read. */
class PatientRedis extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    const [command] = sent as [Command, ...unknown[]];
    const answer = super.sendCommand(...sent);
    const callOff = alarm(ANSWER_MS, () => command.reject(new Error('Redis did not answer in time')));
    command.promise.then(callOff, callOff);
    return answer;
  }
}

/**
 * A connection that gives up on a command at once when Redis is away, so that nobody waits for a cache, and on Redis when
 * it says nothing for a while: otherwise each command would wait anew for one that hangs.
 */
export function connectRedis(url: string): Redis {
  const redis = new PatientRedis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    socketTimeout: 2 * ANSWER_MS,
  });
  redis.on('error', () => undefined);
  return redis;
}
