import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoint, isWrite, urlOf } from './endpoint.ts';

const get = endpoint({
  method: 'GET',
  path: '/api/things/:id/parts/:part',
  permission: 'public',
  summary: 'A part',
  response: z.object({}),
});
const list = endpoint({ ...get, path: '/api/things' });

describe('the address of a call', () => {
  it('carries path parameters and query, encoded', () => {
    expect(urlOf(get, { params: { id: 'a/b?c', part: '左 1' } })).toBe(
      '/api/things/a%2Fb%3Fc/parts/%E5%B7%A6%201',
    );
    expect(urlOf(list, { query: { keyword: '海 & 天=1', page: 2 } })).toBe(
      '/api/things?keyword=%E6%B5%B7%20%26%20%E5%A4%A9%3D1&page=2',
    );
  });

  it('leaves out what is not set, and keeps false and zero', () => {
    const query = { a: undefined, b: null, c: '', pool: false, page: 0 };
    expect(urlOf(list, { query })).toBe('/api/things?pool=false&page=0');
    expect(urlOf(list, { query: {} })).toBe('/api/things');
    expect(urlOf(list, {})).toBe('/api/things');
  });

  it('writes a list as one value with commas', () => {
    expect(urlOf(list, { query: { status: ['new', 'closed'] } })).toBe('/api/things?status=new%2Cclosed');
  });
});

it('an endpoint writes unless it is a GET or says that it only reads', () => {
  expect(isWrite(get)).toBe(false);
  expect(isWrite(endpoint({ ...get, method: 'POST' }))).toBe(true);
  expect(isWrite(endpoint({ ...get, method: 'DELETE' }))).toBe(true);
  expect(isWrite(endpoint({ ...get, method: 'POST', readOnly: true }))).toBe(false);
});
