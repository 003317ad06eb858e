import { describe, expect, it } from 'vitest';
import { judge } from './audit.ts';

const advisory = {
  name: 'left-pad',
  title: 'Pads too much',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  severity: 'high',
};
const report = { vulnerabilities: { 'left-pad': { via: [advisory] }, right: { via: ['left-pad'] } } };

describe('known vulnerabilities', () => {
  it('are open until they are explained, each once', () => {
    expect(judge(report, {})?.open).toEqual(['GHSA-aaaa-bbbb-cccc (high) in left-pad: Pads too much']);
    expect(judge(report, { 'GHSA-aaaa-bbbb-cccc': 'never called' })).toEqual({ open: [], obsolete: [] });
  });

  it('need no explanation when they are gone', () => {
    expect(judge({ vulnerabilities: {} }, { 'GHSA-aaaa-bbbb-cccc': 'never called' })).toEqual({
      open: [],
      obsolete: ['GHSA-aaaa-bbbb-cccc'],
    });
  });

  it('are unknown, not absent, where the registry has no advisories', () => {
    expect(judge({ message: '405 Method Not Allowed' }, {})).toBeNull();
  });
});
