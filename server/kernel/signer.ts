import { createHmac, hkdfSync } from 'node:crypto';
import { equalInConstantTime } from './secrets.ts';

/** Proves that an address was made here, without keeping anything about it. */
export interface Signer {
  /** @param purpose what it opens: a signature for one thing opens no other */
  sign(purpose: string, text: string): string;
  verify(purpose: string, text: string, signature: string): boolean;
}

/** 128 bits: more than can be guessed over a network, and short enough for an address. */
const BYTES = 16;

export function createSigner(masterKey: string): Signer {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'genjin addresses', 32));
  const sign: Signer['sign'] = (purpose, text) =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest().subarray(0, BYTES).toString('base64url');
  return {
    sign,
    verify: (purpose, text, signature) => equalInConstantTime(signature, sign(purpose, text)),
  };
}
