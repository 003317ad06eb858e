import { describe, expect, it } from 'vitest';
import { createSecrets, equalInConstantTime } from './secrets.ts';

const secrets = createSecrets('a-key-of-at-least-32-characters-1');

describe('a sealed secret', () => {
  it('opens where it belongs, and says nothing by itself', () => {
    const sealed = secrets.seal('client-secret', 'a');
    expect(sealed).not.toContain('client-secret');
    expect(secrets.seal('client-secret', 'a')).not.toBe(sealed);
    expect(secrets.open(sealed, 'a')).toBe('client-secret');
  });

  it('opens nowhere else, with no other key, and not when it was changed', () => {
    const sealed = secrets.seal('client-secret', 'a');
    expect(secrets.open(sealed, 'b')).toBeNull();
    expect(createSecrets('a-key-of-at-least-32-characters-2').open(sealed, 'a')).toBeNull();
    const [first, ...rest] = sealed;
    expect(secrets.open([first === 'A' ? 'B' : 'A', ...rest].join(''), 'a')).toBeNull();
    for (const broken of ['', 'x', '密钥']) expect(secrets.open(broken, 'a')).toBeNull();
  });
});

it('compares texts of any length', () => {
  expect(equalInConstantTime('abc', 'abc')).toBe(true);
  for (const other of ['', 'ab', 'abcd', 'abd', '密钥'])
    expect(equalInConstantTime(other, 'abc')).toBe(false);
});
