import { describe, expect, test } from 'vitest';
import { leadDraft } from '#shared/leads/contract.ts';
import { blankLead, leadForm, toDraft, toForm } from './form-value';

const blank = blankLead('douyin');

test('a new lead carries only what was filled in', () => {
  const draft = toDraft({ ...blank, customerName: '海景酒店', phone: '138 0013 8000', hotelRooms: '80' });
  expect(draft).toEqual({
    customerName: '海景酒店',
    phone: '138 0013 8000',
    source: 'douyin',
    intention: 'medium',
    hotelRooms: 80,
    isContacted: false,
  });
  expect(leadDraft.parse(draft).phone).toBe('13800138000');
});

test('what is not a number is left for the contract to refuse', () => {
  const judged = leadDraft.safeParse(
    toDraft({ ...blank, customerName: '海景', wechat: 'hai', hotelRooms: '很多' }),
  );
  expect(judged.error?.issues.map(({ path }) => path)).toEqual([['hotelRooms']]);
});

test('a lead comes back as it was sent', () => {
  const lead = {
    customerName: '海景',
    phone: '13800138000',
    leadTime: '2026-11-20T01:30:00.000Z',
    hotelRooms: 80,
  };
  const form = toForm(lead);
  expect(form).toMatchObject({
    phone: '138 0013 8000',
    leadTime: '2026-11-20 09:30',
    hotelRooms: '80',
    wechat: '',
  });
  expect(toDraft(form)).toMatchObject({ leadTime: '2026-11-20T01:30:00.000Z', hotelRooms: 80 });
});

describe('an edit', () => {
  const base = { ...blank, customerName: '海景', phone: '138 0013 8000', city: '三亚' };

  test('sends what was changed, and clears what was emptied', () => {
    expect(leadForm.changes(base, { ...base, city: '', address: '海棠湾' })).toEqual({
      city: null,
      address: '海棠湾',
    });
  });

  test('is none when only the spelling of a number or a space at the end differs', () => {
    expect(leadForm.changes(base, { ...base, phone: '13800138000', city: '三亚 ' })).toEqual({});
  });

  test('is brought onto what somebody else saved; only the same field is asked about', () => {
    const mine = { ...base, city: '海口', address: '滨海大道' };
    const theirs = { ...base, city: '三亚市', contactPerson: '王总' };
    const { value, conflicts } = leadForm.merge(base, mine, theirs);
    expect(value).toMatchObject({ city: '海口', address: '滨海大道', contactPerson: '王总' });
    expect(conflicts).toEqual(['city']);
  });

  test('that both made in the same way is no conflict', () => {
    const both = { ...base, city: '海口' };
    expect(leadForm.merge(base, both, both).conflicts).toEqual([]);
  });
});
