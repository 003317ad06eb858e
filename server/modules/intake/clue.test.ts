import { describe, expect, it } from 'vitest';
import { clueOf, draftOf } from './clue.ts';

const origin = { leadSource: 'douyin', campaign: '开年直播' } as const;
const draft = (values: Record<string, unknown>) => {
  const made = draftOf(clueOf(values), origin);
  if (!made.draft) throw new Error(made.why);
  return made.draft;
};

describe('a clue', () => {
  it('becomes a lead of its source', () => {
    const lead = draft({ customerName: '张总', phone: '+86 138-0013-8000', leadTime: '2026-03-10 09:30:00' });
    expect(lead).toMatchObject({
      customerName: '张总',
      phone: '13800138000',
      source: 'douyin',
      sourceAccount: '开年直播',
      leadTime: '2026-03-10T01:30:00.000Z',
    });
    expect(draft({ phone: '13800138000', leadTime: '1773108000' }).leadTime).toBe('2026-03-10T02:00:00.000Z');
  });

  it('is not lost for a number that is none', () => {
    const lead = draft({ customerName: '张总', phone: '1380013' });
    expect(lead).toMatchObject({ otherHandle: '1380013', description: '电话：1380013' });
    expect(draft({ phone: '1380013', wechat: 'zhang_hotel' }).otherHandle).toBeUndefined();
  });

  it('keeps in the description what its field does not take', () => {
    const lead = draft({ phone: '13800138000', hotelRooms: '很多', email: 'none', city: '市'.repeat(30) });
    expect(lead.description).toBe(`邮箱：none\n城市：${'市'.repeat(30)}\n客房数：很多`);
    expect(draft({ phone: '13800138000', customerName: '名'.repeat(300) }).customerName).toHaveLength(100);
    expect(draft({ phone: '13800138000', description: '长'.repeat(9_000) }).description).toHaveLength(2_000);
    expect(draft({ phone: '13800138000', hotelRooms: '120间' }).hotelRooms).toBe(120);
  });

  it('is called by what is known', () => {
    expect(draft({ phone: '13800138000' }).customerName).toBe('未留名客户8000');
    expect(draft({ phone: '13800138000', contactPerson: '张先生' }).customerName).toBe('张先生');
  });

  it('without any contact makes no lead', () => {
    expect(draftOf(clueOf({ customerName: '张总' }), origin)).toEqual({
      draft: null,
      why: '没有电话、微信或其他联系方式',
    });
  });

  it('holds nothing that the database does not take', () => {
    expect(draft({ phone: '13800138000', customerName: 'a\0b\ud800' }).customerName).toBe('ab\ufffd');
    expect(clueOf({ customerName: {}, phone: [], wechat: null, city: 'null' })).toEqual({});
  });
});
